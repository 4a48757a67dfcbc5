using Hpc.Crypto;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// One password on its way through <see cref="PasswordWorkers"/>: to be compared with a hash, or, without one, to be hashed. The worker that takes it off the queue clears it.
/// </summary>
internal sealed class PasswordJob(string? hash, ReadOnlySpan<byte> password, long queuedAt) : IDisposable
{
    private readonly SecretBytes _password = new(password);
    private readonly TaskCompletionSource<PasswordResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long QueuedAt { get; } = queuedAt;

    public Task<PasswordResult> Answer => _answer.Task;

    // A caller that gave up has set the answer already, and nobody hashes for it.
    public bool IsAbandoned => _answer.Task.IsCompleted;

    public PasswordResult Do(IPasswordVerifier verifier)
    {
        if (hash is null)
        {
            return new PasswordResult(PasswordCheck.Match, verifier.Hash(_password.Span));
        }

        return new PasswordResult(verifier.Verify(hash, _password.Span) ? PasswordCheck.Match : PasswordCheck.Mismatch, null);
    }

    public void TryAnswer(PasswordResult result) => _answer.TrySetResult(result);

    public void Dispose() => _password.Dispose();
}
