#include "analysis/report/korean_phrases.hpp"

namespace batchscope {

// Of claims, their reasons, and how training went.
std::vector<Translation> korean_claim_phrases() {
    return {
        {"supported", "뒷받침됨"},
        {"contradicted", "반박됨"},
        {"small batches", "작은 배치"},
        {"medium batches", "중간 배치"},
        {"large batches", "큰 배치"},
        {"the difference is there", "차이가 있음"},
        {"the interval lies where the claim has it", "신뢰구간이 주장한 범위 안에 있음"},
        {"batch {} beats {} by more than the margin",
         "배치 {} 쪽이 배치 {}보다 동등성 한계를 넘어 더 나음"},
        {"the difference lies within the margin", "차이가 동등성 한계 안에 있음"},
        {"{} are better", "{}가 더 나음"},
        {"the effect is shown to be smaller than the margin",
         "효과가 동등성 한계보다 작음이 확인됨"},
        {"the validation loss of no run ends above its own minimum",
         "검증 손실이 자신의 최솟값보다 높게 끝난 실행이 없음"},
        {"large batches miss a target that others reach ({} of {} seeds)",
         "다른 배치가 이르는 목표에 큰 배치는 이르지 못함(시드 {1}개 중 {0}개)"},
        {"the interval excludes the value claimed", "신뢰구간이 주장한 값을 포함하지 않음"},
        {"batch {} is not inferior to any smaller one",
         "배치 {}의 성능이 더 작은 어느 배치보다도 뒤지지 않음"},
        {"the difference goes the other way", "차이가 반대 방향임"},
        {"one of the differences lies within the margin",
         "차이 가운데 하나가 동등성 한계 안에 있음"},
        {"measures disagree ({})", "척도끼리 어긋남({})"},
        {"all seeds gave the same differences", "모든 시드에서 차이가 똑같음"},
        {"the data do not tell", "데이터로는 알 수 없음"},
        {"no run that counts among {}", "{}에 집계되는 실행이 없음"},
        {"{} common seeds count, {} are needed", "집계되는 공통 시드 {}개, {}개 필요"},
        {"{} common seeds count, {} are needed (batch {} has the fewest)",
         "집계되는 공통 시드 {}개, {}개 필요(가장 적은 것은 배치 {})"},
        {"{} batch sizes, {} are needed", "배치 크기 {}개, {}개 필요"},
        {"batch sizes span {} x, {} x is needed", "배치 크기의 폭이 {}배, {}배 필요"},
        {"the runs of batch {} do not hold {}", "배치 {}의 실행에 {} 값이 없음"},
        {"equal epochs lie inside a schedule", "같은 에폭이 스케줄 도중에 있음"},
        {"the runs have no train loss in common (batch {})",
         "실행들의 훈련 손실이 겹치지 않음(배치 {})"},
        {"{} is not measured at a train loss that all runs reach (sharpness: every_epochs)",
         "모든 실행이 이르는 훈련 손실에서 측정되지 않음: {}(sharpness: every_epochs)"},
        {"no run holds {}", "측정한 실행이 없음: {}"},
        {"no run holds {} (add batch_gradients to sharpness.measures and set "
         "sharpness.every_epochs to half of the epochs or less)",
         "측정한 실행이 없음: {}(sharpness.measures에 batch_gradients를 더하고 "
         "sharpness.every_epochs를 에폭 수의 절반 이하로 설정)"},
        {"gradient noise is not measured at the end of training (sharpness.at_end: true)",
         "훈련이 끝난 때의 그래디언트 노이즈가 측정되지 않음(sharpness.at_end: true)"},
        {"gradient noise is not measured before or during training (set "
         "sharpness.every_epochs to half of the epochs or less)",
         "훈련 전이나 훈련 도중의 그래디언트 노이즈가 측정되지 않음(sharpness.every_epochs를 에폭 "
         "수의 "
         "절반 이하로 설정)"},
        {"gradient noise is measured at {} batch sizes, {} are needed "
         "(sharpness.batch_gradients.batch_sizes, each below sharpness.examples)",
         "그래디언트 노이즈를 측정한 배치 크기 {}개, {}개 "
         "필요(sharpness.batch_gradients.batch_sizes, "
         "각각 sharpness.examples 미만)"},
        {"{} batches at batch {}, seed {}, {} are needed (sharpness.batch_gradients.batches)",
         "배치 {1}, 시드 {2}에서 뽑은 배치 {0}개, {3}개 필요(sharpness.batch_gradients.batches)"},
        {"{} is not certified at batch {}, seed {}",
         "배치 {1}, 시드 {2}에서 {0}의 정확도를 보증할 수 없음"},
        {"the learning rates move with the batch size (rule {})",
         "학습률이 배치 크기를 따라 바뀜(규칙 {})"},
        {"{} learning rates at batch {}, {} are needed", "배치 {1}에서 학습률 {0}개, {2}개 필요"},
        {"the best learning rate of batch {}, seed {} is not inside those tried",
         "배치 {}, 시드 {}의 가장 좋은 학습률이 시도한 범위 안에 있지 않음"},
        {"runs were made on different hardware or ranks", "실행한 장비나 랭크 수가 서로 다름"},
        {"the hardware of the runs is not known", "실행한 장비를 알 수 없음"},
        {"{} do not reach the target ({} of {} seeds do)",
         "{0}가 목표에 이르지 못함(시드 {2}개 중 {1}개만 이름)"},
        {"{} nats", "{} 나트"},
        {"ratio {}", "비율 {}"},
        {"times {} for each doubling", "배치가 두 배가 될 때마다 {}배"},
        {"slope {}", "기울기 {}"},
        {"These answers are for this recipe: with a learning rate tuned at each batch size they "
         "may "
         "differ.",
         "이 결과는 이 레시피에서만 성립하며, 배치 크기마다 학습률을 조정하면 달라질 수 있음."},
        {"Losses over the last third of training:", "훈련의 마지막 3분의 1 동안의 손실:"},
        {"falling", "감소"},
        {"flat", "평탄"},
        {"rising", "증가"},
        {"unclear", "불분명"},
        {"still learning", "학습 중"},
        {"overfitting", "과적합"},
        {"converged", "수렴"},
        {"failing", "실패"},
        {"training", "훈련 상태"},
        {"train loss, start to end", "훈련 손실, 처음과 끝"},
        {"s per batch", "배치당 초"},
    };
}

}  // namespace batchscope
