using System.Collections.Concurrent;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Tests;

internal sealed class MemoryMail : IPasswordMailer
{
    public ConcurrentQueue<(string Address, string Account, string Code)> Sent { get; } = [];

    public ValueTask SendAsync(string address, string accountName, string code, CancellationToken ct)
    {
        Sent.Enqueue((address, accountName, code));
        return ValueTask.CompletedTask;
    }
}
