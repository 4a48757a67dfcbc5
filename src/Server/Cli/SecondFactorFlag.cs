using System.CommandLine;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Server.Cli.Access;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary><c>--no-second-factor</c>: the way in for who lost the second factor and its recovery codes.</summary>
internal static class SecondFactorFlag
{
    public static Option<bool> New() => new("--no-second-factor") { Description = "Switch the second factor off, with its recovery codes, for who lost it." };

    public static async Task SwitchOffAsync(IAccountClient client, ObjectKind kind, string name, CancellationToken ct)
    {
        ObjectResult<TotpConfig> result = await client.DisableSecondFactorAsync(kind, name, ct).ConfigureAwait(false);
        if (result.Status != ObjectStatus.Done)
        {
            throw new CliException($"The second factor of {LogEscape.Text(name)} stays: {LogEscape.Text(result.Message)}");
        }
    }
}
