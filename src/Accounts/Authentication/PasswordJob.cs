using Hpc.Crypto;

namespace Hpc.Accounts.Authentication;

/// <summary>One password on its way through <see cref="PasswordWorkers"/>. The worker that takes it off the queue clears it.</summary>
internal sealed class PasswordJob(string hash, ReadOnlySpan<byte> password) : IDisposable
{
    private readonly SecretBytes _password = new(password);
    private readonly TaskCompletionSource<PasswordCheck> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<PasswordCheck> Answer => _answer.Task;

    // A caller that gave up has set the answer already, and nobody hashes for it.
    public bool IsAbandoned => _answer.Task.IsCompleted;

    public bool Verify(IPasswordVerifier verifier) => verifier.Verify(hash, _password.Span);

    public void TryAnswer(PasswordCheck check) => _answer.TrySetResult(check);

    public void Dispose() => _password.Dispose();
}
