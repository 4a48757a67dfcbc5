using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Secrets;

/// <summary>Encrypts the secrets of objects under a key that is not in the data provider.</summary>
public interface ISecretProtector
{
    /// <summary>The secret, encrypted and bound to the object of this name. An empty one stays empty; one that is encrypted already is returned as it is.</summary>
    Secret Protect(Secret secret, string objectName);

    /// <summary>The plain value; false if it cannot be had (another key, damaged, a service that is not there).</summary>
    bool TryReveal(Secret secret, [NotNullWhen(true)] out string? value);
}
