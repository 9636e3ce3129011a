#include "searchers/problems/multi_objective_functions.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

namespace winnow::problems {
namespace {

using search::Losses;
using std::numbers::pi;

std::vector<double> coordinates(const Point& point) {
  std::vector<double> x;
  for (const auto& [name, value] : point.entries()) x.push_back(as_number(value));
  return x;
}

// The five problems differ in these pieces only.
struct Zdt {
  std::string name;
  double low, high;                                     // of every parameter but the first
  std::function<double(double)> first;                  // f1 of the first parameter
  std::function<double(const std::vector<double>&)> g;  // 1 on the best front
  std::function<double(double, double)> h;              // of f1 and g
  double hypervolume;
};

MultiObjectiveFunction made(const Zdt& zdt, int dimension) {
  std::vector<Parameter> parameters = {{"x1", Real{0, 1}}};
  for (int j = 2; j <= dimension; ++j)
    parameters.push_back({"x" + std::to_string(j), Real{zdt.low, zdt.high}});
  MultiObjectiveFunction function{zdt.name, SearchSpace(parameters), {}, {}, {1.1, 1.1}};
  function.hypervolume = zdt.hypervolume;
  function.losses = [zdt](const Point& point) -> Losses {
    const std::vector<double> x = coordinates(point);
    const double f1 = zdt.first(x[0]), g = zdt.g(x);
    return {f1, g * zdt.h(f1, g)};
  };
  function.front = [zdt](const std::vector<double>& t) -> Losses {
    const double f1 = zdt.first(t[0]);
    return {f1, zdt.h(f1, 1)};
  };
  return function;
}

double itself(double x) { return x; }

double mean_of_rest(const std::vector<double>& x) {
  return std::accumulate(x.begin() + 1, x.end(), 0.0) / static_cast<double>(x.size() - 1);
}

double linear_g(const std::vector<double>& x) { return 1 + 9 * mean_of_rest(x); }

double root_h(double f1, double g) { return 1 - std::sqrt(f1 / g); }
double square_h(double f1, double g) { return 1 - f1 / g * (f1 / g); }

// WFG's hills: y in [0, 1], least (0) at 0.35. Equation s_multi with A = 30, B = 10.
double s_multi(double y) {
  constexpr double a = 30, b = 10, c = 0.35;
  const double distance = std::abs(y - c) / (2 * (std::floor(c - y) + c));
  return (1 + std::cos((4 * a + 2) * pi * (0.5 - distance)) + 4 * b * distance * distance) /
         (b + 2);
}

}  // namespace

std::vector<Objective> MultiObjectiveFunction::objectives() const {
  std::vector<Objective> all;
  for (std::size_t j = 1; j <= reference.size(); ++j) all.push_back({"f" + std::to_string(j)});
  return all;
}

// Hypervolumes: the integral of 1.1 − f2 from the least f1 to 1.1, where f2 stays at its least
// value behind the end of the front.

MultiObjectiveFunction zdt1(int dimension) {
  return made({"zdt1", 0, 1, itself, linear_g, root_h, 1.21 - 1.0 / 3}, dimension);
}

MultiObjectiveFunction zdt2(int dimension) {
  return made({"zdt2", 0, 1, itself, linear_g, square_h, 1.21 - 2.0 / 3}, dimension);
}

MultiObjectiveFunction zdt3(int dimension) {
  const auto h = [](double f1, double g) {
    return root_h(f1, g) - f1 / g * std::sin(10 * pi * f1);
  };
  // The trapezium rule over 2·10⁷ intervals of the running least f2.
  return made({"zdt3", 0, 1, itself, linear_g, h, 1.33176290865}, dimension);
}

MultiObjectiveFunction zdt4(int dimension) {
  const auto g = [](const std::vector<double>& x) {
    double sum = 1 + 10 * static_cast<double>(x.size() - 1);
    for (std::size_t j = 1; j < x.size(); ++j) sum += x[j] * x[j] - 10 * std::cos(4 * pi * x[j]);
    return sum;
  };
  return made({"zdt4", -5, 5, itself, g, root_h, 1.21 - 1.0 / 3}, dimension);
}

MultiObjectiveFunction zdt6(int dimension) {
  const auto first = [](double x) {
    return 1 - std::exp(-4 * x) * std::pow(std::sin(6 * pi * x), 6);
  };
  const auto g = [](const std::vector<double>& x) {
    return 1 + 9 * std::pow(mean_of_rest(x), 0.25);
  };
  constexpr double least = 0.2807753188153771;  // of f1, on a grid of 2·10⁷ points
  constexpr double hypervolume = 0.1 * (1 - least) + (1 - least * least * least) / 3 + 0.1 * 1.1;
  return made({"zdt6", 0, 1, first, g, square_h, hypervolume}, dimension);
}

MultiObjectiveFunction dtlz2(int dimension) {
  std::vector<Parameter> parameters;
  for (int j = 1; j <= dimension; ++j) parameters.push_back({"x" + std::to_string(j), Real{0, 1}});
  const auto on_sphere = [](double radius, double x1, double x2) -> Losses {
    const double a = x1 * pi / 2, b = x2 * pi / 2;
    return {radius * std::cos(a) * std::cos(b), radius * std::cos(a) * std::sin(b),
            radius * std::sin(a)};
  };
  MultiObjectiveFunction function{"dtlz2", SearchSpace(parameters), {}, {}, {1.1, 1.1, 1.1}};
  function.losses = [on_sphere](const Point& point) {
    const std::vector<double> x = coordinates(point);
    double g = 0;
    for (std::size_t j = 2; j < x.size(); ++j) g += (x[j] - 0.5) * (x[j] - 0.5);
    return on_sphere(1 + g, x[0], x[1]);
  };
  function.front = [on_sphere](const std::vector<double>& t) { return on_sphere(1, t[0], t[1]); };
  function.hypervolume = 1.1 * 1.1 * 1.1 - pi / 6;  // the cube without an eighth of the ball
  return function;
}

MultiObjectiveFunction wfg4(int dimension) {
  constexpr std::size_t position_parameters = 4;
  std::vector<Parameter> parameters;
  for (int j = 1; j <= dimension; ++j)
    parameters.push_back({"z" + std::to_string(j), Real{0, 2.0 * j}});
  const auto on_ellipse = [](double distance, double t) -> Losses {
    return {distance + 2 * std::sin(t * pi / 2), distance + 4 * std::cos(t * pi / 2)};
  };
  MultiObjectiveFunction function{"wfg4", SearchSpace(parameters), {}, {}, {2.2, 4.4}};
  function.losses = [on_ellipse](const Point& point) {
    const std::vector<double> z = coordinates(point);
    double position = 0, distance = 0;
    for (std::size_t j = 0; j < z.size(); ++j)
      (j < position_parameters ? position : distance) +=
          s_multi(z[j] / (2 * static_cast<double>(j + 1)));
    const double distance_parameters = static_cast<double>(z.size() - position_parameters);
    return on_ellipse(distance / distance_parameters, position / position_parameters);
  };
  function.front = [on_ellipse](const std::vector<double>& t) { return on_ellipse(0, t[0]); };
  function.hypervolume = 2.2 * 4.4 - 2 * pi;  // the box without a quarter of the ellipse
  return function;
}

std::vector<MultiObjectiveFunction> multi_objective_functions() {
  return {zdt1(), zdt2(), zdt3(), zdt4(), zdt6(), dtlz2(), wfg4()};
}

std::vector<MultiObjectiveFunction> multi_objective_functions(int d) {
  return {zdt1(d), zdt2(d), zdt3(d), zdt4(d), zdt6(d), dtlz2(d), wfg4(d)};
}

}  // namespace winnow::problems
