using System.Security.Cryptography;

namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>How far one connection's login has come. Belongs to that connection alone.</summary>
internal sealed class UserAuthentication(int maxTries, IReadOnlyList<string> publicKeyAlgorithms)
{
    // Key queries and "none" cost the client no try, but not without end either.
    private const int RequestsPerTry = 16;

    private int _failures;
    private int _requests;
    private bool _noneWasFree;

    /// <summary>The user that keyboard-interactive asked about, while its answer is awaited.</summary>
    public string? InteractiveUser { get; set; }

    /// <summary>Signature algorithms accepted from users.</summary>
    public IReadOnlyList<string> PublicKeyAlgorithms { get; } = publicKeyAlgorithms;

    /// <summary>Counts a request; false when there have been too many whatever their outcome.</summary>
    public bool TryCountRequest() => ++_requests <= Math.Max(maxTries, 1) * RequestsPerTry;

    /// <summary>Counts a failed attempt; false when it was the last one allowed. The first <c>none</c>, which asks for the methods, is free.</summary>
    public bool TryCountFailure(bool isNone)
    {
        if (isNone && !_noneWasFree)
        {
            _noneWasFree = true;
            return true;
        }

        return ++_failures < maxTries;
    }
}

/// <summary>A login request taken from the receive buffer; the password is cleared when it was judged.</summary>
/// <param name="UserName">As decoded.</param>
/// <param name="Password">UTF-8.</param>
internal readonly record struct PasswordCredential(string UserName, byte[] Password)
{
    public void Clear() => CryptographicOperations.ZeroMemory(Password);
}
