#include "analysis/report/korean_phrases.hpp"

namespace batchscope {

// Of the tables of a study, its gaps, its sharpness and what became of its files.
std::vector<Translation> korean_table_phrases() {
    return {
        {"Loss", "손실"},
        {"Accuracy (fraction)", "정확도(비율)"},
        {"Generalization gap ({0} - train loss, train - {0} accuracy) and speed",
         "일반화 격차({0} 손실 - 훈련 손실, 훈련 정확도 - {0} 정확도)와 속도"},
        {"gap loss", "손실 격차"},
        {"gap accuracy", "정확도 격차"},
        {"examples/s", "예제/초"},
        {"s/step", "초/스텝"},
        {"train", "훈련"},
        {"validation", "검증"},
        {"test", "테스트"},
        {"* has runs that stand in another row, too: equal settings, trained once.",
         "* 다른 행에도 속하는 실행 포함: 설정이 같아 한 번만 훈련함."},
        {"No run counts: nothing to average.", "집계되는 실행이 없어 평균을 낼 수 없음."},
        {"Mean over the seeds (n runs) ± half-width of the {:.6g} % Student interval, all figures "
         "at the final weights.",
         "시드(n회 실행)에 대한 평균 ± {:.6g}% t 신뢰구간의 반폭, 모두 최종 가중치 기준."},
        {"{} {}", "{1} {0}개"},
        {"{} runs counted", "집계 {}개"},
        {"{} of the same settings as another", "다른 실행과 설정 동일 {}개"},
        {"In no mean, {} ({})", "평균에서 제외, {}({}개)"},
        {"(alias of {})", "({}의 별칭)"},
        {"Missing grid points are not listed: the values seen span far more points than there are "
         "files.",
         "빠진 그리드 점은 나열하지 않음: 나타난 값들의 조합이 파일 수보다 훨씬 많다."},
        {"Without a file, of the grid of all values seen ({})",
         "나타난 값들의 그리드에서 파일이 없는 점({}개)"},
        {"{}: seed {}", "{}: 시드 {}"},
        {"No test split: the gaps are those of the validation split.",
         "테스트 분할이 없어 검증 분할로 격차를 계산함."},
        {"Kept apart since the configurations of equal points differ in: {}.",
         "같은 점의 설정이 다음 항목에서 달라 따로 집계함: {}."},
        {"Warning: the runs were trained on {} different data sets (see data_hash in runs.csv).",
         "경고: 서로 다른 데이터셋 {}개로 훈련한 실행이 섞여 있음(runs.csv의 data_hash 참조)."},
        {"Warning: {}: all seeds gave the very same figures; was a file copied?",
         "경고: {}: 모든 시드의 결과가 완전히 같음. 파일을 복사한 것은 아닌지 확인할 것."},
        {"{} unreadable, {} duplicate", "읽을 수 없음 {}개, 중복 {}개"},
        {"counted", "집계됨"},
        {"collapsed", "붕괴"},
        {"diverged", "발산"},
        {"failed", "실패"},
        {"stopped", "중단"},
        {"in progress", "진행 중"},
        {"without final figures", "최종 값 없음"},
        {"alias of a run that is not among the files", "대상 실행이 파일에 없는 별칭"},
        {"unknown", "알 수 없음"},
        {"Matched: where each run first comes down to train loss {:.4g}, the deepest that all "
         "reach (batch {} sets it).",
         "동일 손실: 각 실행의 훈련 손실이 처음으로 {:.4g}까지 내려온 시점에서 비교. 모든 실행이 "
         "도달한 가장 낮은 값으로, 배치 {}에 의해 정해진다."},
        {"No matched gap: a run of batch {} begins below the lowest train loss of another.",
         "동일 손실 격차 없음: 배치 {}의 한 실행이 다른 실행의 최저 훈련 손실보다 낮은 값에서 "
         "시작한다."},
        {"No matched gap: a run of batch {} has no train loss.",
         "동일 손실 격차 없음: 배치 {}에 훈련 손실이 없는 실행이 있다."},
        {"No matched gap: no run counts.", "동일 손실 격차 없음: 집계되는 실행이 없다."},
        {"gap at the end", "종료 시점 격차"},
        {"matched gap", "동일 손실 격차"},
        {"matched, from batch {}", "동일 손실, 배치 {} 대비"},
        {"underfits", "과소적합"},
        {"Underfits: worse in training and out of sample; a smaller gap there is less training, "
         "not better generalization.",
         "과소적합: 훈련과 표본 외 성능이 모두 더 나쁨. 이때 격차가 작은 것은 덜 학습된 결과이지 "
         "더 나은 일반화가 아니다."},
        {", box {}", ", 상자 크기 {}"},
        {"~ is in no mean, with the number of runs behind one: an eigenvalue that has not "
         "converged, no rise found in the box, or a gradient lost in its noise.",
         "~ 표시는 평균에서 제외된 값(또는 그 실행 수)이다: 수렴하지 않은 고윳값, 상자 안에서 손실 "
         "상승을 찾지 못한 경우, 잡음에 묻힌 그래디언트."},
        {"Noise scale with shares coupled: batch normalisation takes its statistics over the whole "
         "batch, so that the examples of a batch are not independent.",
         "랭크 몫이 서로 얽힌 노이즈 스케일: 배치 정규화가 전체 배치에서 통계량을 구하므로 한 "
         "배치의 예제들이 독립이 아니다."},
        {"Sharpness: Hessian of the train loss (largest residual or standard error of n)",
         "첨예도: 훈련 손실의 헤시안(n개 실행 중 가장 큰 잔차 또는 표준오차)"},
        {"Sharpness: Gauss-Newton matrix of the train loss",
         "첨예도: 훈련 손실의 가우스-뉴턴 행렬"},
        {"Sharpness: Keskar's metric, a lower bound{}", "첨예도: Keskar 지표, 하한{}"},
        {"Sharpness: worst rise of the loss in a ball, scaled by the weights (adaptive) or not; "
         "lower bounds",
         "첨예도: 구 안에서 손실이 가장 크게 오르는 폭, 가중치 크기에 맞춘 것(적응형)과 그대로인 "
         "것, 하한"},
        {"Sharpness: mean rise of the loss under noise, and the largest noise that is harmless",
         "첨예도: 가중치 잡음에 따른 손실의 평균 상승 폭과, 해가 되지 않는 가장 큰 잡음"},
        {"Gradient noise scale tr(Sigma)/|G|^2 over the last epoch, in examples",
         "그래디언트 노이즈 스케일 tr(Sigma)/|G|^2, 마지막 에폭, 단위는 예제 수"},
        {"top eigenvalue", "최대 고윳값"},
        {"residual", "잔차"},
        {"trace", "대각합"},
        {"error", "오차"},
        {"full space", "전체 공간"},
        {"subspace", "부분 공간"},
        {"adaptive", "적응형"},
        {"plain", "일반"},
        {"average", "평균"},
        {"bracket", "구간 폭"},
        {"noise scale", "노이즈 스케일"}};
}

}  // namespace batchscope
