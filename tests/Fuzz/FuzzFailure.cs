using Hpc.Fuzz.Tests.Mutation;

namespace Hpc.Fuzz.Tests;

/// <summary>A case that found something; the message says how to run it again.</summary>
internal sealed class FuzzFailure(FuzzPlan plan, string message) : Exception($"seed {plan.Seed} (replay: HPC_FUZZ_SEED={plan.Seed}): {message}\n{plan}");
