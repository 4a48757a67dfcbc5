using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts.Objects;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Secrets;

/// <summary>Tells the log of each secret that cannot be opened where it is needed: at a login, or when a backend is opened.</summary>
/// <param name="secrets">Opens and encrypts them.</param>
/// <param name="logger">Told the name of the object, and nothing of the secret.</param>
public sealed partial class LoggedSecretProtector(ISecretProtector secrets, ILogger<LoggedSecretProtector> logger) : ISecretProtector
{
    // Names of objects are shorter; a dump may bring anything.
    private const int MaxName = 255;

    /// <inheritdoc/>
    public Secret Protect(Secret secret, string objectName) => secrets.Protect(secret, objectName);

    /// <inheritdoc/>
    public bool TryReveal(Secret secret, [NotNullWhen(true)] out string? value)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (secrets.TryReveal(secret, out value))
        {
            return true;
        }

        string name = secret.AdditionalData.Length > 0 ? secret.AdditionalData : "(no name)";
        NotOpened(logger, name.Length > MaxName ? name[..MaxName] : name, secret.Status);
        return false;
    }

    [LoggerMessage(
        5250, LogLevel.Warning,
        "a secret of {ObjectName} ({Encryption}) cannot be decrypted with the key in secrets.master_key_file: put back the key that it was encrypted with, or set the secret anew")]
    private static partial void NotOpened(ILogger logger, string objectName, string encryption);
}
