using System.Security.Cryptography;
using Hpc.Accounts.Authentication;

namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>How far one connection's login has come. Belongs to that connection alone.</summary>
internal sealed class UserAuthentication(int maxTries, IReadOnlyList<string> publicKeyAlgorithms)
{
    // Key queries and "none" cost the client no try, but not without end either.
    private const int RequestsPerTry = 16;

    private string? _userName;
    private int _failures;
    private int _requests;
    private bool _noneWasFree;

    /// <summary>What keyboard-interactive asked for last, while the answer is awaited.</summary>
    public InteractiveQuestion? Question { get; set; }

    /// <summary>The steps that are done for the user name of the last request (RFC 4252 §5.1).</summary>
    public IReadOnlyList<LoginMethod> Completed { get; private set; } = [];

    /// <summary>The key of the first step, if that is done.</summary>
    public ReadOnlyMemory<byte> ProvenKey { get; private set; }

    /// <summary>Name-list of what may follow the first step; null while there is none.</summary>
    public string? Next { get; private set; }

    /// <summary>Keyboard-interactive as the second step asks for the one-time password alone.</summary>
    public bool IsPasscodeAlone { get; private set; }

    /// <summary>Signature algorithms accepted from users.</summary>
    public IReadOnlyList<string> PublicKeyAlgorithms { get; } = publicKeyAlgorithms;

    /// <summary>A request begins: what was asked before is void, and what another user name has come to is forgotten (RFC 4252 §5).</summary>
    public void Begin(string userName)
    {
        DropQuestion();
        if (!string.Equals(_userName, userName, StringComparison.Ordinal))
        {
            _userName = userName;
            Completed = [];
            ProvenKey = default;
            Next = null;
            IsPasscodeAlone = false;
        }
    }

    /// <summary>The first step is done for the user name of the last request.</summary>
    public void Complete(LoginAttempt attempt, LoginOutcome outcome)
    {
        Completed = [attempt.Method];
        ProvenKey = attempt.PublicKey;
        Next = string.Join(',', outcome.Next.Where(static method => method is LoginMethod.Password or LoginMethod.KeyboardInteractive).Select(static method =>
            method == LoginMethod.Password ? "password" : "keyboard-interactive"));
        IsPasscodeAlone = outcome.IsPasscodeAlone;
    }

    /// <summary>The question that is answered now, or null; it can be answered once.</summary>
    public InteractiveQuestion? TakeQuestion()
    {
        InteractiveQuestion? question = Question;
        Question = null;
        return question;
    }

    /// <summary>Nothing is asked for any more; what was held for it is cleared.</summary>
    public void End() => DropQuestion();

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

    private void DropQuestion() => CryptographicOperations.ZeroMemory(TakeQuestion()?.Password);
}
