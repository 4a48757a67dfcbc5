using Hpc.Accounts.Services;

namespace Hpc.Accounts.Tests.Services;

internal sealed class CollectingMailer : IPasswordMailer
{
    public List<(string Address, string Name, string Code)> Sent { get; } = [];

    public ValueTask SendAsync(string address, string accountName, string code, CancellationToken ct)
    {
        Sent.Add((address, accountName, code));
        return ValueTask.CompletedTask;
    }
}
