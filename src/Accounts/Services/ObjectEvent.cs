using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>A committed change of an object.</summary>
/// <param name="Action">What was done.</param>
/// <param name="Value">The object without secrets: as it is now, or as it was when it was removed.</param>
/// <param name="Context">Who did it.</param>
/// <param name="At">When.</param>
public sealed record ObjectEvent(ObjectAction Action, IAccountObject Value, ChangeContext Context, DateTimeOffset At);
