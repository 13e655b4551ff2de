#include "analysis/report/korean_phrases.hpp"

namespace batchscope {

// Of the figures.
std::vector<Translation> korean_chart_phrases() {
    return {
        {"perfect scaling", "완전한 확장"},
        {"fit S_min (1 + B_crit / B)", "적합 곡선 S_min (1 + B_crit / B)"},
        {"interval of B_crit", "B_crit의 신뢰구간"},
        {"B_crit {}, from {} to {}", "B_crit {}, 구간 {}~{}"},
        {"Steps and examples to {}", "{}까지의 스텝 수와 예제 수"},
        {"Each dot: one run, interpolated between evaluations; {} of {} runs reached the target. "
         "Perfect scaling: twice the batch, half the steps. {}",
         "점: 실행 하나, 평가 사이는 보간. 실행 {1}개 중 {0}개가 목표에 도달. 완전한 확장: 배치가 "
         "두 배면 스텝 수는 절반. {2}"},
        {"Training and validation against the batch size", "배치 크기에 따른 훈련 및 검증 성능"},
        {"End of training, {} for each batch size. Grey: one seed, joined over the batch sizes. "
         "Bars: mean with its {:.6g} % Student interval over the seeds, on this split.",
         "훈련 종료 시점, 배치 크기마다 {}. 회색: 시드 하나를 배치 크기에 걸쳐 이은 것. 막대: 이 "
         "분할에서 시드에 대한 평균과 {:.6g}% t 신뢰구간."},
        {"same settings as another", "다른 실행과 설정 동일"},
        {"not finished", "미완료"},
        {"failed or without figures", "실패 또는 값 없음"},
        {"no file", "파일 없음"},
        {"Drawn one by one: the runs of the first {0} of {1} seeds.",
         "하나씩 그린 것은 시드 {1}개 중 번호가 앞선 {0}개의 실행이다."},
        {"batch size", "배치 크기"},
        {"What the grid holds", "그리드 점별 상태"},
        {"all seeds", "모든 시드"},
        {"seed {}", "시드 {}"},
        {"seed", "시드"},
        {"batch {}, {}: {}", "배치 {}, {}: {}"},
        {"{} grid points: {}.", "그리드 점 {}개: {}."},
        {"A cell shows how many of its seeds count, in the colour of the worst of them.",
         "칸의 숫자는 집계되는 시드의 수이며, 색은 그중 가장 나쁜 상태를 나타낸다."},
        {"{} more rows are not drawn.", "나머지 {}개 행은 그리지 않았다."},
        {"Points without a file are not shown: the values seen span far more points than there are "
         "files.",
         "파일이 없는 점은 표시하지 않는다: 나타난 값들의 조합이 파일 수보다 훨씬 많다."},
        {"train, does not count", "훈련(집계 제외)"},
        {"seed {}, train, {}", "시드 {}, 훈련, {}"},
        {"seed {}, train", "시드 {}, 훈련"},
        {"seed {}, validation", "시드 {}, 검증"},
        {"loss", "손실"},
        {"batch {}", "배치 {}"},
        {"batch {}: no run counts", "배치 {}: 집계되는 실행 없음"},
        {"epoch", "에폭"},
        {"Learning curves of all seeds", "모든 시드의 학습 곡선"},
        {"Train and validation loss by epoch, a panel for each batch size.",
         "에폭에 따른 훈련 손실과 검증 손실, 배치 크기마다 한 칸."},
        {"Loss at each evaluation, one line for each run, not smoothed; {} for each batch size. A "
         "line that ends early is a run that did.",
         "평가 시점마다의 손실을 평활 없이 실행마다 한 선으로 나타냄, 배치 크기마다 {}. 일찍 "
         "끝나는 선은 일찍 끝난 실행이다."},
        {"n = {} seeds", "시드 n = {}개"},
        {"n = {} to {} seeds", "시드 n = {}~{}개"},
        {"Only the runs at the learning rate chosen for each batch size are shown.",
         "배치 크기마다 선택된 학습률의 실행만 나타냈다."},
        {"difference from batch {}, in points", "배치 {} 대비 차이(%p)"},
        {"how much lower than at batch {}", "배치 {}보다 낮은 정도"},
        {"points ({:.6g} %)", "%p({:.6g}%)"},
        {"difference ({:.6g} %)", "차이({:.6g}%)"},
        {"equivalence margin ±{} points", "동등성 한계 ±{}%p"},
        {"equivalence margin ±{}", "동등성 한계 ±{}"},
        {"no difference", "차이 없음"},
        {"batch {} against {}: {}, {} (n = {})", "배치 {} 대 {}: {}, {}(n = {})"},
        {"Difference of each batch size from batch {}", "배치 {} 대비 각 배치 크기의 차이"},
        {"End of training, {}, paired by seed; right of 0 is better. Bars: intervals that hold all "
         "{} comparisons together at {:.6g} % (Student, Bonferroni); band: the margin within which "
         "a difference does not matter.",
         "훈련 종료 시점, {}, 같은 시드끼리 대응한 차이. 0의 오른쪽이 더 낫다. 막대: 비교 {}개에 "
         "대한 {:.6g}% 동시 신뢰구간(t 분포, Bonferroni). 띠: 차이가 의미 없다고 보는 동등성 "
         "한계."},
        {"{} − train loss", "{} 손실 − 훈련 손실"},
        {"matched gap, at train loss {}", "동일 손실 격차, 훈련 손실 {}"},
        {"Generalization gap against the batch size", "배치 크기에 따른 일반화 격차"},
        {"{} for each batch size. Grey: one seed, joined over the batch sizes. Bars: mean with its "
         "{:.6g} % Student interval over the seeds. {}",
         "배치 크기마다 {}. 회색: 시드 하나를 배치 크기에 걸쳐 이은 것. 막대: 시드에 대한 평균과 "
         "{:.6g}% t 신뢰구간. {}"},
        {"mean over the seeds", "시드 평균"},
        {"one run, does not count", "실행 하나(집계 제외)"},
        {"batch {}, seed {}: {}, does not count", "배치 {}, 시드 {}: {}, 집계 제외"},
        {"batch {}: mean {} ± {} (n = {}; largest error of one {})",
         "배치 {}: 평균 {} ± {}(n = {}, 개별 오차의 최댓값 {})"},
        {"examples", "예제 수"},
        {"Top eigenvalue of the Hessian", "헤시안의 최대 고윳값"},
        {"Trace of the Hessian", "헤시안의 대각합"},
        {"Top eigenvalue of the Gauss-Newton matrix", "가우스-뉴턴 행렬의 최대 고윳값"},
        {"Trace of the Gauss-Newton matrix", "가우스-뉴턴 행렬의 대각합"},
        {"Keskar's metric, full space", "Keskar 지표, 전체 공간"},
        {"Keskar's metric, random subspace", "Keskar 지표, 무작위 부분 공간"},
        {"Adaptive sharpness", "적응형 첨예도"},
        {"Worst rise in a ball (SAM)", "구 안의 최대 손실 상승(SAM)"},
        {"Mean rise under noise", "잡음에 따른 평균 손실 상승"},
        {"PAC-Bayes sigma", "PAC-Bayes 시그마"},
        {"Gradient noise scale", "그래디언트 노이즈 스케일"},
        {"{} at the final weights, by batch size.", "최종 가중치에서의 {}, 배치 크기별."},
        {"At the final weights. Marks: mean over the seeds with its {:.6g} % Student interval.",
         "최종 가중치 기준. 표식: 시드에 대한 평균과 {:.6g}% t 신뢰구간."},
        {"Open: a value that is in no mean, since it did not converge or is lost in its noise.",
         "빈 표식: 수렴하지 않았거나 잡음에 묻혀 평균에서 제외된 값."},
        {"batch {}: {} (one seed)", "배치 {}: {}(시드 하나)"},
        {"batch {}: mean {} ± {} (n = {})", "배치 {}: 평균 {} ± {}(n = {})"},
        {"{} ranks on {}", "랭크 {}개, {}"},
        {"{}: at least {}", "{}: {} 이상"},
        {"{}: at most {}", "{}: {} 이하"},
        {"{}: B_crit {}, from {} to {}", "{}: B_crit {}, 구간 {}~{}"},
        {"critical batch size", "임계 배치 크기"},
        {"start of training", "훈련 시작"},
        {"middle of training", "훈련 중간"},
        {"{}: batch {}, seed {}, variance {} of {} batches",
         "{}: 배치 {}, 시드 {}, 분산 {}(배치 {}개)"},
        {"examples in a batch", "배치 안의 예제 수"},
        {"variance of the gradient", "그래디언트의 분산"},
        {"Does gradient noise fall as 1/B?", "그래디언트 노이즈는 1/B로 줄어드는가?"},
        {"Variance of the gradients of random batches against the size of the batch.",
         "무작위 배치의 그래디언트 분산과 배치 크기."},
        {"Dots: the variance, summed over the parameters, of the mean gradients of random batches "
         "at the weights of one run each. Lines: S (1/B - 1/N), as sampling theory has it for N "
         "examples, with S as fits the dots.",
         "점: 실행 하나의 가중치에서 무작위 배치의 평균 그래디언트가 갖는 분산(모든 매개변수의 "
         "합). 선: 예제 N개에서 표본 이론이 말하는 S (1/B - 1/N), S는 점에 맞춘 값."},
        {"Does the critical batch depend on the target?",
         "임계 배치 크기는 목표에 따라 달라지는가?"},
        {"Critical batch size with its interval at each target.",
         "목표마다의 임계 배치 크기와 신뢰구간."},
        {"B_crit of S(B) = S_min (1 + B_crit / B) with its profile interval, fitted to the steps "
         "to "
         "each target. An arrow: the grid does not bound this side.",
         "각 목표까지의 스텝 수에 적합한 S(B) = S_min (1 + B_crit / B)의 B_crit와 프로파일 "
         "신뢰구간. 화살표: 이 격자로는 그쪽이 정해지지 않음."},
        {"mean validation loss", "평균 검증 손실"},
        {"batch {}, {}: mean {} (n = {})", "배치 {}, {}: 평균 {} (n = {})"},
        {"batch {}, {}: no run counts", "배치 {}, {}: 유효한 실행 없음"},
        {", {} do not count", ", {}개 제외"},
        {"no run counts", "유효한 실행 없음"},
        {"lowest at its batch size", "해당 배치 크기에서 최저"},
        {"lowest, at the edge of what was tried", "최저이나 시도한 범위의 끝"},
        {"learning-rate rule", "학습률 규칙"},
        {"Learning-rate rules by batch size", "배치 크기별 학습률 규칙"},
        {"Mean final validation loss of each learning-rate rule at each batch size.",
         "배치 크기와 학습률 규칙마다의 평균 최종 검증 손실."},
        {"Mean of the final validation loss over the seeds whose runs count; n of each cell on "
         "hover. A rule that loses runs at a batch size is not its lowest.",
         "유효한 실행의 시드에 대한 최종 검증 손실의 평균. 칸마다의 n은 포인터를 올리면 표시. "
         "실행을 잃은 규칙은 그 배치 크기의 최저로 치지 않음."},
        {"learning rate", "학습률"},
        {"Learning rates by batch size", "배치 크기별 학습률"},
        {"Mean final validation loss of each learning rate at each batch size.",
         "배치 크기와 학습률마다의 평균 최종 검증 손실."},
        {"Rates as configured, before scaling. Mean of the final validation loss over the seeds "
         "whose runs count; n of each cell on hover. A rate that loses runs at a batch size is "
         "not its lowest.",
         "설정한 학습률(조정 전). 유효한 실행의 시드에 대한 최종 검증 손실의 평균. 칸마다의 n은 "
         "포인터를 올리면 표시. 실행을 잃은 학습률은 그 배치 크기의 최저로 치지 않음."},
        {"runs to choose from (k)", "고를 실행 수 (k)"},
        {"expected lowest validation loss", "기대 최저 검증 손실"},
        {"batch {}, best of {}: {}", "배치 {}, {}개 중 최저: {}"},
        {"The best of k runs", "실행 k개 중 최선"},
        {"Expected lowest final validation loss of k runs of a batch size, drawn without "
         "replacement from all that were tried there, over rates and seeds; a run that does not "
         "count is taken as the worst. Batch sizes with more runs reach further: compare at equal "
         "k.",
         "배치 크기에서 시도한 모든 실행(학습률과 시드)에서 k개를 비복원 추출할 때의 기대 최저 "
         "최종 검증 손실. 제외된 실행은 최악값으로 계산. 실행이 많은 배치 크기는 더 멀리 "
         "이어지므로 "
         "같은 k에서 비교할 것."},
        {"Expected lowest validation loss of k runs, by batch size.",
         "배치 크기별 실행 k개의 기대 최저 검증 손실."},
        {"Examples a second", "초당 예제 수"},
        {"Time of a step", "스텝당 시간"},
        {"seconds a step", "초/스텝"},
        {"Speed against the batch size", "배치 크기에 따른 속도"},
        {"Examples a second and seconds a step by batch size.",
         "배치 크기에 따른 초당 예제 수와 스텝당 시간."},
        {"Training alone, without evaluation, over all of a run. Marks: mean over the seeds with "
         "its {:.6g} % Student interval.",
         "평가를 뺀 훈련 시간만, 실행 전체에 대한 값. 표식: 시드에 대한 평균과 {:.6g}% t "
         "신뢰구간."},
        {"Measured with {}.", "측정 환경: {}."},
        {"one seed", "시드 하나"},
        {"batch {}, seed {}: {}", "배치 {}, 시드 {}: {}"},
        {"mean and {:.6g} % interval", "평균과 {:.6g}% 신뢰구간"},
        {"no run has this figure", "이 값을 가진 실행이 없음"}};
}

}  // namespace batchscope
