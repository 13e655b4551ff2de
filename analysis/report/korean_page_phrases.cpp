#include "analysis/report/korean_phrases.hpp"

namespace batchscope {

// Of report.html.
std::vector<Translation> korean_page_phrases() {
    return {
        {"What people say of batch sizes", "배치 크기에 관한 통설"},
        {"claim", "주장"},
        {"outcome", "결과"},
        {"why", "이유"},
        {"number", "수치"},
        {"Time to a target", "목표까지의 시간"},
        {"What to train with", "무엇으로 훈련할 것인가"},
        {"What another batch size would change", "배치 크기를 바꾸면 달라지는 것"},
        {"choice", "후보"},
        {"above the lowest", "최저 대비"},
        {"not worse", "더 나쁘지 않음"},
        {"All that could be chosen: final validation loss with its {:.6g} % interval, how much "
         "higher than the lowest, the p of being worse than another by the margin, and the time of "
         "a whole run.",
         "모든 후보: 최종 검증 손실과 {:.6g}% 신뢰구간, 최저 손실 대비 차이, 다른 후보보다 한계 "
         "이상 나쁘다는 가설의 p 값, 실행 전체에 걸린 시간."},
        {"Is a larger batch better? Batch sizes {} to {} ({} sizes), {} seeds; gaps from the {} "
         "split.",
         "배치가 클수록 더 나은가? 배치 크기 {}~{}({}종), 시드 {}개, 격차는 {} 분할 기준."},
        {"Data: {} files, {}", "데이터: 파일 {}개, {}"},
        {"missing points not counted", "빠진 점은 세지 않음"},
        {"{} grid points without a file", "파일 없는 그리드 점 {}개"},
        {"{} – batch size report", "{} – 배치 크기 보고서"},
        {"Batch size report: {} studies", "배치 크기 보고서: 연구 {}개"},
        {"skipped: {}", "건너뜀: {}"},
        {"Files of all studies, {}", "모든 연구의 파일, {}"},
        {"Skipped files", "건너뛴 파일"},
        {"Made by batchscope-analyze {} from the result files alone. All numbers are in "
         "summary.json and summary.csv, every run in runs.csv, every figure in figures/ as SVG and "
         "PNG.",
         "batchscope-analyze {}에서 결과 파일만으로 작성함. 모든 수치는 summary.json과 "
         "summary.csv에, 실행별 값은 runs.csv에, 그림은 figures/에 SVG와 PNG로 있다."},
        {"{} (reference)", "{}(기준)"},
        {"Mean ± half-width of the {:.6g} % Student interval over the seeds.",
         "시드에 대한 평균 ± {:.6g}% t 신뢰구간의 반폭."},
        {"First row: the values of batch {} themselves. Gap: {} − train loss, ± its own {:.6g} % "
         "interval.",
         "첫 행은 배치 {}의 값 자체. 격차: {} 손실 − 훈련 손실, ±는 개별 {:.6g}% 신뢰구간."},
        {"{} seeds each.", "시드 {}개씩."},
        {"Means at the end of training", "훈련 종료 시점의 평균"},
        {"Coverage of the grid", "그리드 현황"},
        {"The data in full", "데이터 상세"},
        {"{} files of this study: {}.", "이 연구의 파일 {}개: {}."},
        {"Skipped files ({})", "건너뛴 파일({}개)"},
        {"Paired difference", "대응 차이"},
        {"Runs of one seed start from the same weights and see the examples in the same order at "
         "every batch size. So the difference is taken for each seed first and then averaged; what "
         "a seed does to all batch sizes alike drops out.",
         "시드가 같은 실행은 배치 크기와 관계없이 같은 가중치에서 시작해 같은 순서로 예제를 본다. "
         "그래서 먼저 시드마다 차이를 구한 뒤 평균을 낸다. 시드가 모든 배치 크기에 똑같이 미치는 "
         "영향은 이렇게 상쇄된다."},
        {"Interval, ±", "신뢰구간, ±"},
        {"Student's t interval over n seeds at {:.6g} %. One seed has no interval: one value tells "
         "nothing of its spread.",
         "시드 n개에 대한 {:.6g}% t 신뢰구간. 시드가 하나면 값 하나만으로는 흩어짐을 알 수 "
         "없으므로 신뢰구간이 없다."},
        {"Simultaneous interval", "동시 신뢰구간"},
        {"Several comparisons give several chances to be wrong. The intervals of the verdict "
         "tables and of the plots of differences are so wide that all of them together hold in "
         "{:.6g} % of such studies (Bonferroni).",
         "비교가 여럿이면 틀릴 기회도 여럿이다. 판정표와 차이 그림의 신뢰구간은 이런 연구를 "
         "되풀이할 때 {:.6g}%에서 모든 구간이 한꺼번에 참값을 포함하도록 넓혀져 "
         "있다(Bonferroni)."},
        {"Equivalence margin", "동등성 한계"},
        {"How small a difference does not matter, chosen before looking: {} points of accuracy "
         "(--margin), {:.4g} of loss (--loss-margin). Equivalent means shown to lie within it, not "
         "merely no difference found.",
         "의미 없다고 볼 차이의 크기로, 결과를 보기 전에 정한다: 정확도 {}%p(--margin), 손실 "
         "{:.4g}(--loss-margin). 동등은 차이가 이 한계 안에 있음이 입증되었다는 뜻이며, 단지 "
         "차이를 찾지 못했다는 뜻이 아니다."},
        {"Verdict", "판정"},
        {"▲ better, ▼ worse: a difference was shown. = equivalent: it was shown to lie within the "
         "margin (negligible: there is one, but too small to matter). ? undecided: neither; the "
         "seeds named would decide with probability 0.8.",
         "▲ 더 나음, ▼ 더 나쁨: 차이가 입증됨. = 동등: 차이가 한계 안에 있음이 입증됨(무시할 차이: "
         "차이는 있으나 의미 없을 만큼 작음). ? 판정 보류: 어느 쪽도 입증되지 않음. 표시된 수의 "
         "시드라면 0.8의 확률로 판정할 수 있다."},
        {"Family of comparisons", "비교의 묶음"},
        {"All batch sizes and both figures of a recipe are judged as one family, in the manner of "
         "Holm: the probability of any wrong verdict among them is at most {:.4g} %.",
         "한 레시피의 모든 배치 크기와 두 지표를 Holm 방식에 따라 하나의 묶음으로 판정한다. 그중 "
         "하나라도 잘못 판정할 확률은 {:.4g}% 이하이다."},
        {"Matched gap", "동일 손실 격차"},
        {"The generalization gap of each run at the moment when it first comes down to one train "
         "loss that all runs reach. It compares runs that have learnt equally much; the gap at the "
         "end flatters a run that learnt little.",
         "모든 실행이 도달한 하나의 훈련 손실까지 각 실행이 처음 내려온 시점의 일반화 격차. 같은 "
         "정도로 학습된 실행끼리 비교한다. 종료 시점의 격차는 덜 학습된 실행에 유리하게 나타난다."},
        {"Underfits", "과소적합"},
        {"Worse than the reference in training and out of sample: its smaller gap is less "
         "training, not better generalization.",
         "훈련과 표본 외 성능이 모두 기준보다 나쁨. 격차가 작은 것은 덜 학습되었기 때문이지 "
         "일반화가 더 잘된 것이 아니다."},
        {"What the intervals do not cover", "신뢰구간이 포함하지 않는 것"},
        {"All seeds are judged on one split. Another draw of N validation examples would move an "
         "accuracy p by about √(p(1−p)/N), 0.44 points for p = 0.89 and N = 5,000, at all batch "
         "sizes much alike. The intervals speak of other seeds on this split, and of this recipe, "
         "model and data.",
         "모든 시드를 하나의 데이터 분할에서 평가한다. 검증 예제 N개를 새로 뽑으면 정확도 p는 약 "
         "√(p(1−p)/N)만큼 달라지며(p = 0.89, N = 5,000이면 0.44%p), 그 변화는 모든 배치 크기에서 "
         "거의 같다. 신뢰구간은 이 분할, 이 레시피와 모델과 데이터에서 시드만 바꾸었을 때에 관한 "
         "것이다."},
        {"How to read this", "읽는 법"},
        {"Is a larger batch better?", "배치가 클수록 더 나은가?"},
        {"gap in loss, end", "손실 격차, 종료 시점"},
        {"gap in accuracy, end", "정확도 격차, 종료 시점"},
        {"Change for each doubling of the batch size: slope of a line through the batch sizes that "
         "all seeds have, one for each seed, with the {:.6g} % interval of the mean slope; and "
         "Page's test of a trend.",
         "배치 크기가 두 배가 될 때마다의 변화: 모든 시드에 있는 배치 크기를 지나는 직선의 시드별 "
         "기울기와 평균 기울기의 {:.6g}% 신뢰구간, 그리고 Page 추세 검정."},
        {"figure", "지표"},
        {"for each doubling", "두 배마다"},
        {"Page's trend test", "Page 추세 검정"},
        {"Does the generalization gap rise with sharpness? Kendall's rank correlation, +1 where "
         "both always rise together: over all runs (τ), and along the batch size alone (ψ, the "
         "mean within runs that agree in seed and all else; permutation p).",
         "첨예도가 클수록 일반화 격차도 커지는가? Kendall 순위 상관으로, 항상 함께 커지면 +1이다. "
         "τ는 모든 실행에 대한 값, ψ는 배치 크기만 다르고 시드를 비롯한 나머지가 모두 같은 실행들 "
         "안에서 구해 평균한 값(순열 검정 p)."},
        {"measure", "측도"},
        {"runs", "실행"},
        {"τ, all runs", "τ, 모든 실행"},
        {"ψ, along the batch size", "ψ, 배치 크기 방향"},
        {"Does it depend on the budget?", "학습 예산에 따라 달라지는가?"},
        {"A large batch takes fewer steps in an epoch, and less time. So the answer can turn with "
         "what all runs are given alike: the same epochs, steps, examples or seconds.",
         "배치가 크면 한 에폭의 스텝 수가 적고 시간도 덜 걸린다. 그래서 모든 실행에 무엇을 똑같이 "
         "주는지(에폭, 스텝, 예제, 시간)에 따라 결론이 뒤집힐 수 있다."},
        {"Generalization gap", "일반화 격차"},
        {"The gap is {} loss − train loss, or train − {} accuracy, of the same weights. A run that "
         "trained less has a smaller gap for that reason alone; the matched gap compares runs at "
         "one train loss.",
         "격차는 같은 가중치에서 {} 손실 − 훈련 손실, 또는 훈련 정확도 − {} 정확도이다. 덜 학습된 "
         "실행은 그 이유만으로 격차가 작다. 동일 손실 격차는 같은 훈련 손실에서 실행들을 "
         "비교한다."},
        {"Trends with the batch size", "배치 크기에 따른 추세"},
        {"Sharpness and gradient noise", "첨예도와 그래디언트 노이즈"},
        {"Learning curves", "학습 곡선"},
        {"Speed", "속도"},
        {"{} values lie beyond the axes of this figure.",
         "그림의 축 범위를 벗어난 값이 {}개 있다."},
        {"Studies", "연구"},
        {"Sections", "절"},
        {"Wrote {0}/report.html, {1} figures as SVG and PNG in {0}/figures, and {0}/summary.json, "
         "{0}/summary.csv and {0}/runs.csv",
         "{0}/report.html, {0}/figures의 그림 {1}개(SVG와 PNG), {0}/summary.json, {0}/summary.csv, "
         "{0}/runs.csv를 작성함"}};
}

}  // namespace batchscope
