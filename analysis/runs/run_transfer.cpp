#include "analysis/runs/run_transfer.hpp"

#include <cstring>
#include <type_traits>

#include "core/error.hpp"

namespace batchscope {

namespace {

template <class Plain>
concept Copyable = std::is_trivially_copyable_v<Plain>;

class Packer {
  public:
    template <Copyable Plain>
    void operator()(const Plain& value) {
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void operator()(const std::string& text) {
        (*this)(text.size());
        bytes_ += text;
    }
    void operator()(const std::filesystem::path& path) { (*this)(path.string()); }
    void operator()(const AttributeValue& value) {
        (*this)(value.index());
        std::visit(*this, value);
    }
    void operator()(const std::map<std::string, AttributeValue>& axes) {
        (*this)(axes.size());
        for (const auto& [key, value] : axes) {
            (*this)(key);
            (*this)(value);
        }
    }
    template <Copyable Plain>
    void operator()(const std::vector<Plain>& values) {
        (*this)(values.size());
        bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Plain));
    }
    void operator()(const std::vector<bool>& flags) {
        (*this)(std::vector<char>(flags.begin(), flags.end()));
    }
    void operator()(const SharpnessValues& values) {
        (*this)(values.size());
        for (const auto& [name, value] : values) {
            (*this)(name);
            (*this)(value);
        }
    }
    template <DescribedStruct Plain>
    requires(!Copyable<Plain>) void operator()(const Plain& object) {
        visit_values(object, [this](const char* /*name*/, const auto& field) { (*this)(field); });
    }
    template <DescribedStruct Plain>
    requires(!Copyable<Plain>) void operator()(const std::vector<Plain>& objects) {
        (*this)(objects.size());
        for (const Plain& object : objects) {
            (*this)(object);
        }
    }
    std::string bytes_;
};

class Unpacker {
  public:
    explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

    template <Copyable Plain>
    void operator()(Plain& value) {
        std::memcpy(&value, take(sizeof value).data(), sizeof value);
    }
    void operator()(std::string& text) { text = take(number()); }
    void operator()(std::filesystem::path& path) { path = take(number()); }
    void operator()(AttributeValue& value) {
        const std::size_t kind = number();
        if (kind == 0) {
            value = std::int64_t{};
        } else if (kind == 1) {
            value = double{};
        } else {
            value = std::string{};
        }
        std::visit([this](auto& plain) { (*this)(plain); }, value);
    }
    void operator()(std::map<std::string, AttributeValue>& axes) {
        for (std::size_t left = number(); left > 0; --left) {
            std::string key;
            (*this)(key);
            (*this)(axes[key]);
        }
    }
    template <Copyable Plain>
    void operator()(std::vector<Plain>& values) {
        const std::size_t size = number();
        // More than there are bytes is refused before the product can wrap around.
        const std::string_view bytes = take(size > bytes_.size() ? size : size * sizeof(Plain));
        values.resize(size);
        if (!values.empty()) {  // an empty vector may have no address
            std::memcpy(values.data(), bytes.data(), bytes.size());
        }
    }
    void operator()(std::vector<bool>& flags) {
        std::vector<char> bytes;
        (*this)(bytes);
        flags.assign(bytes.begin(), bytes.end());
    }
    void operator()(SharpnessValues& values) {
        for (std::size_t left = number(); left > 0; --left) {
            std::string name;
            (*this)(name);
            (*this)(values[name]);
        }
    }
    template <DescribedStruct Plain>
    requires(!Copyable<Plain>) void operator()(Plain& object) {
        visit_values(object, [this](const char* /*name*/, auto& field) { (*this)(field); });
    }
    template <DescribedStruct Plain>
    requires(!Copyable<Plain>) void operator()(std::vector<Plain>& objects) {
        objects.clear();
        for (std::size_t left = number(); left > 0; --left) {
            (*this)(objects.emplace_back());
        }
    }

  private:
    std::size_t number() {
        std::size_t value = 0;
        (*this)(value);
        return value;
    }
    std::string_view take(std::size_t size) {
        if (size > bytes_.size()) {
            throw data_error("a run passed between two processes is cut short", "start again");
        }
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }
    std::string_view bytes_;
};

/// Every field of a run, for both directions.
template <class AnyRun, class Action>
void each_field(AnyRun& run, Action& action) {
    action(run.file);
    action(run.study);
    action(run.batch_size);
    action(run.seed);
    action(run.axes);
    action(run.status);
    action(run.reason);
    action(run.collapsed);
    action(run.alias_of);
    action(run.learning_rate);
    action(run.learning_rate_scaling);
    action(run.configuration_hash);
    action(run.data_hash);
    action(run.configuration);
    action(run.metrics);
    each_column(run.history, [&action](auto& column) { action(column); });
    action(run.sharpness);
    action(run.sharpness_history);
    action(run.batch_gradients);
    action(run.validation_correct);
    action(run.test_correct);
    action(run.ranks);
    action(run.devices);
    action(run.examples);
    action(run.parameters);
    action(run.software);
}

}  // namespace

std::string pack(const AnalyzedRun& run) {
    Packer packer;
    each_field(run, packer);
    return packer.bytes_;
}

AnalyzedRun unpack(std::string_view bytes) {
    AnalyzedRun run;
    Unpacker unpacker(bytes);
    each_field(run, unpacker);
    return run;
}

}  // namespace batchscope
