#include "searchers/problems/test_functions.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "searchers/problem/error.hpp"

namespace winnow::problems {
namespace {

using std::numbers::e, std::numbers::pi;

using Vector = std::vector<double>;

std::string name_of_axis(std::size_t j) { return "x" + std::to_string(j + 1); }

Point point_at(const Vector& x) {
  Point point;
  for (std::size_t j = 0; j < x.size(); ++j) point.set(name_of_axis(j), x[j]);
  return point;
}

// A function of d numbers, all in the same range, as a problem.
TestFunction on_box(std::string name, double low, double high, const Vector& minimizer,
                    double optimum, std::function<double(const Vector&)> f) {
  std::vector<Parameter> parameters;
  for (std::size_t j = 0; j < minimizer.size(); ++j)
    parameters.push_back({name_of_axis(j), Real{low, high}});
  const auto loss = [f = std::move(f)](const Point& point) {
    Vector x;
    for (const auto& [parameter, value] : point.entries()) x.push_back(std::get<double>(value));
    return f(x);
  };
  return {std::move(name), SearchSpace(parameters), loss, optimum, point_at(minimizer)};
}

// Where the optimum of a moved function lies: a fifth to three fifths of the half-width away from
// the centre in each coordinate, sides alternating, spread by the golden ratio.
Vector off_centre(int dimension, double half_width) {
  Vector shift;
  for (int j = 0; j < dimension; ++j) {
    const double spread = std::fmod((j + 1) / std::numbers::phi, 1.0);
    shift.push_back((j % 2 ? -1 : 1) * half_width * (0.2 + 0.4 * spread));
  }
  return shift;
}

Vector difference(const Vector& a, const Vector& b) {
  Vector result(a.size());
  for (std::size_t j = 0; j < a.size(); ++j) result[j] = a[j] - b[j];
  return result;
}

double square(double x) { return x * x; }

std::string with_dimension(const char* name, int dimension) {
  return name + std::to_string(dimension);
}

// One reflection turns every axis at once: I − 2vvᵀ/vᵀv with v_j = j + 1.
Vector reflected(Vector x) {
  double along = 0, length = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double v = static_cast<double>(j + 1);
    along += v * x[j];
    length += v * v;
  }
  for (std::size_t j = 0; j < x.size(); ++j)
    x[j] -= 2 * along / length * static_cast<double>(j + 1);
  return x;
}

double training_loss(const Point& point) {
  const auto number = [&](const char* name) { return as_number(*point.find(name)); };
  const auto text = [&](const char* name) { return std::get<std::string>(*point.find(name)); };
  const std::string optimizer = text("optimizer");
  double loss = 0, best_rate = 0.02;
  if (optimizer == "sgd") {
    best_rate = 0.1;
    loss += 0.15 + 2 * square(number("momentum") - 0.9);
  } else if (optimizer == "adam") {
    best_rate = 0.002;
    loss += 0.1 * square(std::log10((1 - number("beta2")) / 0.003));
  } else {
    loss += 0.3;
  }
  // Wider networks want smaller steps: halved for each factor of four, from 64 on.
  const double width = number("width"), layers = number("layers");
  best_rate *= std::sqrt(64 / width);
  loss += 0.4 * square(std::log10(number("learning_rate") / best_rate));
  loss += 0.05 * square(std::log2(width / 256)) + 0.04 * square(layers - 5);
  loss += 1.5 * square(number("dropout") - 0.06 * layers);
  if (!std::get<bool>(*point.find("batch_norm"))) loss += 0.1 + 0.02 * layers;
  const std::string activation = text("activation");
  if (activation != "gelu") loss += activation == "relu" ? 0.05 : 0.2;
  return loss;
}

}  // namespace

TestFunction branin() {
  TestFunction function{"branin",
                        SearchSpace({{"x1", Real{-5, 10}}, {"x2", Real{0, 15}}}),
                        {},
                        5 / (4 * pi),
                        point_at({pi, 2.275})};
  function.loss = [](const Point& point) {
    const double x = std::get<double>(*point.find("x1")), y = std::get<double>(*point.find("x2"));
    return square(y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6) +
           10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
  };
  return function;
}

TestFunction hartmann6() {
  static constexpr std::array<std::array<double, 6>, 4> a = {{{10, 3, 17, 3.5, 1.7, 8},
                                                              {0.05, 10, 17, 0.1, 8, 14},
                                                              {3, 3.5, 1.7, 10, 17, 8},
                                                              {17, 8, 0.05, 10, 0.1, 14}}};
  static constexpr std::array<std::array<double, 6>, 4> p = {
      {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
       {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
       {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
       {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}}};
  static constexpr std::array<double, 4> c = {1, 1.2, 3, 3.2};
  // The root of the gradient next to the published minimum, found with 40 digits (mpmath).
  const Vector minimizer = {0.201689511006705424, 0.150010691823457969, 0.476873974221896990,
                            0.275332430494056068, 0.311651616600113242, 0.657300534065620306};
  return on_box("hartmann6", 0, 1, minimizer, -3.3223680114155148, [](const Vector& x) {
    double sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      double distance = 0;
      for (std::size_t j = 0; j < 6; ++j) distance += a[i][j] * square(x[j] - p[i][j]);
      sum += c[i] * std::exp(-distance);
    }
    return -sum;
  });
}

TestFunction ackley(int dimension) {
  const Vector shift = off_centre(dimension, 32.8);
  const auto f = [shift](const Vector& x) {
    double squares = 0, cosines = 0;
    for (double z : difference(x, shift)) {
      squares += z * z;
      cosines += std::cos(2 * pi * z);
    }
    const double d = static_cast<double>(x.size());
    return -20 * std::exp(-0.2 * std::sqrt(squares / d)) - std::exp(cosines / d) + 20 + e;
  };
  return on_box(with_dimension("ackley", dimension), -32.8, 32.8, shift, 0, f);
}

TestFunction rosenbrock(int dimension) {
  const Vector ones(static_cast<std::size_t>(dimension), 1);
  return on_box(with_dimension("rosenbrock", dimension), -5, 10, ones, 0, [](const Vector& x) {
    double sum = 0;
    for (std::size_t j = 0; j + 1 < x.size(); ++j)
      sum += 100 * square(x[j + 1] - x[j] * x[j]) + square(1 - x[j]);
    return sum;
  });
}

TestFunction styblinski_tang(int dimension) {
  // The least root of 4x³ − 32x + 5 and half of x⁴ − 16x² + 5x there, found with 40 digits
  // (mpmath).
  const Vector minimizer(static_cast<std::size_t>(dimension), -2.90353402777117710);
  const double optimum = -39.1661657037714155 * dimension;
  return on_box(with_dimension("styblinski_tang", dimension), -5, 5, minimizer, optimum,
                [](const Vector& x) {
                  double sum = 0;
                  for (double z : x) sum += (square(z * z) - 16 * z * z + 5 * z) / 2;
                  return sum;
                });
}

TestFunction rastrigin(int dimension) {
  const Vector shift = off_centre(dimension, 5.12);
  const auto f = [shift](const Vector& x) {
    double sum = 0;
    for (double z : difference(x, shift)) sum += z * z + 10 * (1 - std::cos(2 * pi * z));
    return sum;
  };
  return on_box(with_dimension("rastrigin", dimension), -5.12, 5.12, shift, 0, f);
}

TestFunction ellipsoid(int dimension) {
  const Vector shift = off_centre(dimension, 5);
  const auto f = [shift](const Vector& x) {
    const Vector z = reflected(difference(x, shift));
    double sum = 0;
    for (std::size_t j = 0; j < z.size(); ++j) {
      const double share =
          z.size() < 2 ? 0 : static_cast<double>(j) / static_cast<double>(z.size() - 1);
      sum += std::pow(1e6, share) * square(z[j]);
    }
    return sum;
  };
  return on_box(with_dimension("ellipsoid", dimension), -5, 5, shift, 0, f);
}

TestFunction levy(int dimension) {
  const Vector ones(static_cast<std::size_t>(dimension), 1);
  return on_box(with_dimension("levy", dimension), -10, 10, ones, 0, [](const Vector& x) {
    Vector w;
    for (double z : x) w.push_back(1 + (z - 1) / 4);
    double sum = square(std::sin(pi * w.front()));
    for (std::size_t j = 0; j + 1 < w.size(); ++j)
      sum += square(w[j] - 1) * (1 + 10 * square(std::sin(pi * w[j] + 1)));
    return sum + square(w.back() - 1) * (1 + square(std::sin(2 * pi * w.back())));
  });
}

TestFunction griewank(int dimension) {
  const Vector shift = off_centre(dimension, 600);
  const auto f = [shift](const Vector& x) {
    const Vector z = difference(x, shift);
    double squares = 0, cosines = 1;
    for (std::size_t j = 0; j < z.size(); ++j) {
      squares += square(z[j]);
      cosines *= std::cos(z[j] / std::sqrt(static_cast<double>(j + 1)));
    }
    return squares / 4000 - cosines + 1;
  };
  return on_box(with_dimension("griewank", dimension), -600, 600, shift, 0, f);
}

TestFunction michalewicz5() {
  // Each term has its least value at a root of its slope, found by bisection.
  const Vector minimizer = {2.202905520172609, 1.5707963267948966, 1.2849915705529242,
                            1.9230584698663626, 1.720469772565841};
  return on_box("michalewicz5", 0, pi, minimizer, -4.687658179088145, [](const Vector& x) {
    double sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j)
      sum -=
          std::sin(x[j]) * std::pow(std::sin(static_cast<double>(j + 1) * square(x[j]) / pi), 20);
    return sum;
  });
}

TestFunction conditional_training() {
  using std::string;
  const SearchSpace space({
      {"optimizer", Categorical{{string("rmsprop"), string("sgd"), string("adam")}}},
      {"learning_rate", Real{1e-5, 1, Scale::log}},
      {"momentum", Real{0, 0.99}, {{"optimizer", {string("sgd")}}}},
      {"beta2", Real{0.9, 0.9999, Scale::reverse_log}, {{"optimizer", {string("adam")}}}},
      {"layers", Integer{1, 8}},
      {"width", Integer{16, 1024, Scale::log}},
      {"dropout", Real{0, 0.8}},
      {"batch_norm", Categorical{{false, true}}},
      {"activation",
       Categorical{{string("relu"), string("tanh"), string("gelu"), string("sigmoid")}}},
  });
  const Point minimizer({{"optimizer", string("adam")},
                         {"learning_rate", 0.001},
                         {"beta2", 0.997},
                         {"layers", std::int64_t{5}},
                         {"width", std::int64_t{256}},
                         {"dropout", 0.3},
                         {"batch_norm", true},
                         {"activation", string("gelu")}});
  return {"conditional9", space, training_loss, 0, minimizer};
}

std::vector<TestFunction> test_functions() {
  return {branin(),       hartmann6(),        ackley(5),      rosenbrock(5),
          rosenbrock(10), styblinski_tang(6), rastrigin(10),  ellipsoid(10),
          levy(5),        griewank(5),        michalewicz5(), conditional_training()};
}

TestFunction test_function(std::string_view name) {
  std::string names;
  for (TestFunction& function : test_functions()) {
    if (function.name == name) return std::move(function);
    names += (names.empty() ? "" : ", ") + function.name;
  }
  throw ConfigError("test function", "no \"" + std::string(name) + "\"; there are: " + names);
}

}  // namespace winnow::problems
