#include "analysis/claims/claims.hpp"

#include "analysis/claims/double_the_rate.hpp"
#include "analysis/claims/faster.hpp"
#include "analysis/claims/gradient_noise.hpp"
#include "analysis/claims/noisy_training.hpp"
#include "analysis/claims/not_always_better.hpp"
#include "analysis/claims/overfitting.hpp"
#include "analysis/claims/sharp_minima.hpp"
#include "analysis/claims/slow_convergence.hpp"
#include "analysis/claims/small_generalizes.hpp"
#include "analysis/claims/sweet_spot.hpp"

namespace batchscope {

const std::vector<const ClaimKind*>& claim_kinds() {
    static const std::vector<const ClaimKind*> kinds{
        &SmallGeneralizes::kind(),    //
        &SweetSpot::kind(),           //
        &Overfitting::kind(),         //
        &SharpMinima::kind(),         //
        &GradientNoiseFalls::kind(),  //
        &DoubleTheRate::kind(),       //
        &Faster::kind(),              //
        &NotAlwaysBetter::kind(),     //
        &NoisyTraining::kind(),       //
        &SlowConvergence::kind(),     //
    };
    return kinds;
}

}  // namespace batchscope
