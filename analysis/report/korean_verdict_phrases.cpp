#include "analysis/report/korean_phrases.hpp"

namespace batchscope {

// Of verdicts, differences and budgets.
std::vector<Translation> korean_verdict_phrases() {
    return {
        {"train accuracy", "훈련 정확도"},
        {"validation accuracy", "검증 정확도"},
        {"train loss", "훈련 손실"},
        {"validation loss", "검증 손실"},
        {"better", "더 나음"},
        {"worse", "더 나쁨"},
        {"equivalent", "동등"},
        {"negligible", "무시할 차이"},
        {"too few seeds", "시드 부족"},
        {"seeds identical", "시드 간 결과 동일"},
        {"undecided", "판정 보류"},
        {"needs {} seeds", "시드 {}개 필요"},
        {"a larger batch is better", "배치가 클수록 더 나음"},
        {"a larger batch is worse", "배치가 클수록 더 나쁨"},
        {"better up to a point, then worse", "어느 크기까지는 나아지다가 그 뒤로는 나빠짐"},
        {"a larger batch makes no difference that matters", "배치를 키워도 의미 있는 차이가 없음"},
        {"not tested: there are not two batch sizes with runs that count",
         "검정하지 않음: 집계되는 실행이 있는 배치 크기가 두 개 미만"},
        {"{} points", "{}%p"},
        {"better at {} ({} at {})", "{0}에서 더 나음({2}에서 {1})"},
        {"worse at {} ({} at {})", "{0}에서 더 나쁨({2}에서 {1})"},
        {"equivalent at {}", "{}에서 동등"},
        {"{} sizes from {} to {}", "{1}~{2} 중 {0}개 크기"},
        {"undecided at {}", "{}에서 판정 보류"},
        {"With {}:", "{} 조건:"},
        {"{} at {}", "{1}에서 {0}"},
        {"; rates as configured, before scaling", "; 학습률은 규칙을 적용하기 전의 설정값"},
        {"Each batch size at the best of the learning rates tried there: {} (for each seed the one "
         "with the lowest validation loss of the other seeds)",
         "배치 크기마다 시도한 학습률 중 가장 좋은 것: {}(시드마다 다른 시드들의 검증 손실이 가장 "
         "낮은 학습률)"},
        {"batch {}: no run counts ({})", "배치 {}: 집계되는 실행 없음({})"},
        {"batch", "배치"},
        {"seeds", "시드"},
        {"verdict", "판정"},
        {", in points", ", 단위 %p"},
        {"mixed", "크기에 따라 다름"},
        {"not tested", "검정하지 않음"},
        {"Difference from batch {}, paired by seed, ± the half-width of intervals that hold all "
         "together at {:.6g} %{}; equivalent: within ±{}",
         "배치 {} 대비 차이(같은 시드끼리 대응), ±는 {:.6g}% 동시 신뢰구간의 반폭{}, 동등: ±{} "
         "이내"},
        {"Seeds needed: to see a true difference as large as the margin, and to show that there is "
         "none, each with probability 0.8.",
         "필요한 시드 수: 실제 차이가 동등성 한계만큼 클 때 이를 검출하고, 차이가 없을 때 동등함을 "
         "보이는 데 각각 0.8의 확률로 충분한 수."},
        {"end of training", "훈련 종료 시점"},
        {"lowest validation loss", "검증 손실 최저 시점"},
        {"equal epochs ({})", "같은 에폭 수({})"},
        {"equal steps ({})", "같은 스텝 수({})"},
        {"equal examples ({})", "같은 예제 수({})"},
        {"equal time ({} s)", "같은 시간({}초)"},
        {"inside a schedule", "스케줄 도중"},
        {"different machines", "서로 다른 장비"},
        {"unequal looks", "평가 횟수 다름"},
        {"compared at", "비교 시점"},
        {"doubt", "유의할 점"},
        {"Inside a schedule: some runs went on under a rate that was still to fall. Their figures "
         "there are not those of a run with this budget.",
         "스케줄 도중: 일부 실행은 학습률이 아직 감소하는 중에 이 시점을 지났다. 따라서 이 시점의 "
         "값은 처음부터 이 예산으로 훈련한 결과와 다르다."}};
}

}  // namespace batchscope
