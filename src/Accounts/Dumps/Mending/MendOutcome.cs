using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>What became of an object.</summary>
/// <param name="Effect">The greatest effect of all that was done.</param>
/// <param name="Reason">The first error that has it; null if none is known.</param>
internal readonly record struct MendOutcome(MendEffect Effect, ObjectError? Reason = null);
