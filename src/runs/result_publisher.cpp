#include "runs/result_publisher.hpp"

#include <utility>

#include "results/result_file.hpp"

namespace batchscope {

ResultPublisher::ResultPublisher(std::filesystem::path file, bool writes, bool goes_on)
    : file_(std::move(file)), writes_(writes), start_(std::chrono::steady_clock::now()) {
    if (writes_ && goes_on && read_result_state(file_).exists) {
        before_ = read_result(file_);
    }
}

void ResultPublisher::publish(const RunRecord& record, bool last) {
    if (!writes_) {
        return;
    }
    const auto begin = std::chrono::steady_clock::now();
    const bool cheap = cost_ * 100 < begin - start_;
    if (written_ && !last && !cheap) {
        return;
    }
    const bool finished =
        record.status == RunStatus::complete || record.status == RunStatus::diverged;
    const bool behind = before_ && (record.steps.step.size() < before_->steps.step.size() ||
                                    record.sharpness.rows.size() < before_->sharpness.rows.size());
    if (behind && !finished) {
        before_->status = record.status;
        before_->reason = record.reason;
    } else {
        before_.reset();
    }
    const RunRecord& content = before_ ? *before_ : record;
    last_written_ = written_ && record.status == RunStatus::running
                        ? write_result_unless_marked(file_, content, last_written_)
                        : write_result(file_, content);
    written_ = true;
    cost_ += std::chrono::steady_clock::now() - begin;
}

}  // namespace batchscope
