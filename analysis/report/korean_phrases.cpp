#include "analysis/report/phrases.hpp"

namespace batchscope {

const std::vector<Translation>& korean_translations() {
    static const std::vector<Translation> translations{
        {"train accuracy", "훈련 정확도"},
        {"validation accuracy", "검증 정확도"},
        {"train loss", "훈련 손실"},
        {"validation loss", "검증 손실"},
        {"better", "더 나음"},
        {"worse", "더 나쁨"},
        {"equivalent", "동등"},
        {"negligible", "무시할 차이"},
        {"too few seeds", "시드 부족"},
        {"seeds identical", "시드 결과 동일"},
        {"undecided", "판정 보류"},
        {"needs {} seeds", "시드 {}개 필요"},
        {"a larger batch is better", "배치가 클수록 더 나음"},
        {"a larger batch is worse", "배치가 클수록 더 나쁨"},
        {"better up to a point, then worse", "어느 크기까지는 더 낫고 그 뒤로는 더 나쁨"},
        {"a larger batch makes no difference that matters", "배치를 키워도 의미 있는 차이가 없음"},
        {"not tested: there are not two batch sizes with runs that count",
         "검정하지 않음: 집계되는 실행이 있는 배치 크기가 두 개가 안 됨"},
        {"{} points", "{}%p"},
        {"better at {} ({} at {})", "{0}에서 더 나음({2}에서 {1})"},
        {"worse at {} ({} at {})", "{0}에서 더 나쁨({2}에서 {1})"},
        {"equivalent at {}", "{}에서 동등"},
        {"undecided at {}", "{}에서 판정 보류"},
        {"With {}:", "{} 조건:"},
        {"batch {}: no run counts ({})", "배치 {}: 집계되는 실행 없음({})"},
        {"batch", "배치"},
        {"seeds", "시드"},
        {"verdict", "판정"},
        {", in points", ", 단위 %p"},
    };
    return translations;
}

}  // namespace batchscope
