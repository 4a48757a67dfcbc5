using Hpc.Accounts;

namespace Hpc.Server.Cli.Access;

/// <summary>A user in a list: its account, or what keeps it from being read.</summary>
internal sealed record CliUser(string UserName, UserAccount? Account, string? Fault);
