using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Makes of a plain secret one that is not plain, bound to a name.</summary>
internal sealed class ReversingProtector : ISecretProtector
{
    public Secret Protect(Secret secret, string objectName) => secret.IsPlain && secret.Payload.Length > 0
        ? new() { Status = SecretStatus.Secretbox, Payload = Reverse(secret.Payload), Key = "key", AdditionalData = objectName, Mode = 1 }
        : secret;

    public bool TryReveal(Secret secret, [NotNullWhen(true)] out string? value)
    {
        value = secret.Status == SecretStatus.Secretbox ? Reverse(secret.Payload) : null;
        return value is not null;
    }

    private static string Reverse(string text) => new([.. text.Reverse()]);
}
