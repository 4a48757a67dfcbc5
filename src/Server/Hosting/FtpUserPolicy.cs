using Hpc.Accounts;
using Hpc.Accounts.Lookup;
using Hpc.FtpProtocol;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Hosting;

/// <summary>Tells FTP which users may give a password over TLS alone.</summary>
/// <param name="users">The accounts.</param>
/// <param name="normalise">Makes the name of it that accounts have.</param>
/// <param name="logger">Gets faults.</param>
internal sealed partial class FtpUserPolicy(IAccountDirectory users, Func<string, string> normalise, ILogger<FtpUserPolicy> logger) : IFtpUserPolicy
{
    private readonly string _nobody = Guid.NewGuid().ToString("N");

    public async ValueTask<bool> RequiresTlsAsync(string userName, CancellationToken ct)
    {
        try
        {
            // A user may have exactly the given name, of a time with other naming rules, and that one counts at login.
            string normalised = normalise(userName);

            // Behind a look at the store the directory knows whether what is at hand holds: else that would be asked for names that are at hand, and alone.
            _ = await users.FindAsync(_nobody, ct).ConfigureAwait(false);
            bool isAsked = await AsksAsync(userName, ct).ConfigureAwait(false);
            return (normalised != userName && await AsksAsync(normalised, ct).ConfigureAwait(false)) || isAsked;
        }
#pragma warning disable CA1031 // Who cannot be looked up is not asked for a password in the clear.
        catch (Exception e) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Failed(logger, e);
            return true;
        }
    }

    // Accounts are at hand, names that nobody has are looked for in the store: how long the answer takes must not tell one from the other,
    // so the store is asked once for each name, for nobody where it need not be. An account that has to be made from its groups, once after it changed, takes longer.
    private async ValueTask<bool> AsksAsync(string name, CancellationToken ct)
    {
        if (!users.TryFindNow(name, out UserAccount? user))
        {
            return await users.FindAsync(name, ct).ConfigureAwait(false) is { Logins.IsTlsRequired: true };
        }

        _ = await users.ExistsAsync(_nobody, ct).ConfigureAwait(false);
        return user.Logins.IsTlsRequired;
    }

    [LoggerMessage(4070, LogLevel.Error, "whether an FTP user must use TLS cannot be looked up, and TLS is asked for")]
    private static partial void Failed(ILogger logger, Exception exception);
}
