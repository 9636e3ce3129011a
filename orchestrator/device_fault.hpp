// Did a trial end because its device is broken? Such an end says nothing about its point: the slot
// is closed, the trial goes on in another one. What programs say is believed, and so is the driver.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/gpus.hpp"

namespace winnow::run {

/// The last line of `text`, the end of a log, that speaks of a broken device, cut to what a message
/// can hold; empty when none does.
std::string device_fault_in(std::string_view text);

/// What is wrong with any of `devices`, as a survey after the end shows it; empty when they answer
/// and have nothing against themselves.
std::string device_fault(const GpuSurvey& survey, const std::vector<int>& devices);

}  // namespace winnow::run
