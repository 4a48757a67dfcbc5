using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;

namespace Hpc.Accounts.Tests.SecondFactor;

/// <summary>Secrets that are kept as they are, while the key is there.</summary>
internal sealed class PlainSecrets : ISecretProtector
{
    public bool IsAway { get; set; }

    public Secret Protect(Secret secret, string objectName) => secret;

    public bool TryReveal(Secret secret, [NotNullWhen(true)] out string? value)
    {
        value = IsAway ? null : secret.Payload;
        return value is not null;
    }
}
