using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Dumps.Convert;

/// <summary>What came of a conversion.</summary>
/// <param name="Dump">The users, to be loaded (<see cref="DumpService"/>).</param>
/// <param name="Skipped">Lines that are no user in it.</param>
/// <param name="Notes">Users that are in it and lost something.</param>
public sealed record ConvertResult(BackupData Dump, IReadOnlyList<ConvertNote> Skipped, IReadOnlyList<ConvertNote> Notes);
