using System.Security.Cryptography;
using Hpc.Accounts.Data;
using Hpc.Accounts.Secrets;
using Hpc.Server.Configuration;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>Remembers in the data provider which master key its secrets are encrypted with, so that a lost or another key is told at the start and not at the next login.</summary>
internal static partial class MasterKeyMark
{
    private const string Name = "secrets:master-key";

    private static readonly DateTimeOffset Never = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Tells the log of a key that is easily found.</summary>
    public static void WarnIfShort(MasterKey key, string file, ILogger logger)
    {
        if (key.IsShort)
        {
            Short(logger, file, MasterKey.LeastLength);
        }
    }

    /// <exception cref="ConfigurationException">It is another key than before.</exception>
    public static async Task CheckAsync(IDataProvider provider, MasterKey key, string file, bool acceptsNew, CancellationToken ct)
    {
        byte[] fingerprint = key.Fingerprint();
        ReadOnlyMemory<byte>? known = await provider.Ephemeral.FindAsync(Name, ct).ConfigureAwait(false);
        if (known is null)
        {
            // Only now, as a store that is full refuses to add what is there already.
            if (await provider.Ephemeral.TryAddAsync(Name, fingerprint, Never, ct).ConfigureAwait(false))
            {
                return;
            }

            known = await provider.Ephemeral.FindAsync(Name, ct).ConfigureAwait(false);
        }

        if (known is { } before && CryptographicOperations.FixedTimeEquals(before.Span, fingerprint))
        {
            return;
        }

        if (!acceptsNew)
        {
            throw new ConfigurationException(
                $"secrets.master_key_file: found another key in \"{file}\" than the one that secrets in the data provider are encrypted with. Put back the copy of that key (nodes that share a database share it); if it is lost for good, start once with secrets.accept_new_key true, and set one-time passwords and keys of backends anew.");
        }

        await provider.Ephemeral.PutAsync(Name, fingerprint, Never, ct).ConfigureAwait(false);
    }

    [LoggerMessage(4049, LogLevel.Warning, "the master key in {FilePath} has fewer than {Least} bytes: who gets a copy of the data provider can find it by trying. It works; give new secrets a longer one when they can be set anew")]
    private static partial void Short(ILogger logger, string filePath, int least);
}
