using Hpc.Accounts.Data;
using Hpc.Accounts.Usage;

namespace Hpc.Providers.Tests.Usage;

/// <summary>One run of a node with uploads that take pieces of a limit until nothing is left. A statement without an answer is sent again as it was, and so are some with one.</summary>
internal sealed class UsageSpender(IUsageStore store, UsageNode node, string scope, long limit, int seed)
{
    private const long Piece = 64 << 10;

    private readonly Random _random = new(seed);
    private long _sequence;
    private long _held;

    /// <summary>What its uploads wrote.</summary>
    public long Spent { get; private set; }

    /// <summary>Statements that were sent again.</summary>
    public int Repeats { get; private set; }

    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Until the limit is used up.</summary>
    public async Task RunAsync(int nodes, CancellationToken ct)
    {
        long left = limit;
        long consumed = 0;
        while (true)
        {
            long wanted = Math.Clamp(left / (2 * nodes), Piece, 16 * Piece);
            UsageAnswer answer = await SettleAsync(consumed, wanted, UsageUse.Files, ct);
            _held = answer.Granted.Bytes;
            left = limit - answer.Used.Bytes - (answer.Reserved.Bytes - _held);
            (answer.Used.Bytes + answer.Reserved.Bytes).ShouldBeLessThanOrEqualTo(limit);
            consumed = _random.Next(3) == 0 ? _held : _random.NextInt64(_held + 1);
            if (_held == 0 && answer.Used.Bytes == limit)
            {
                await SettleAsync(0, 0, UsageUse.None, ct);
                return;
            }

            Spent += consumed;
        }
    }

    private async Task<UsageAnswer> SettleAsync(long consumed, long wanted, UsageUse use, CancellationToken ct)
    {
        var request = new UsageRequest
        {
            Scope = scope, Consumed = new(0, consumed, 0, 0), Wanted = new(0, wanted, 0, 0), Limits = new(0, limit, 0, 0, 0), Use = use,
        };
        Volatile.Write(ref _sequence, _sequence + 1);
        UsageAnswer? answer = null;
        for (bool isAgain = false; answer is null || isAgain;)
        {
            try
            {
                UsageAnswer said = (await store.SettleAsync(node, _sequence, [request], ct)).Single();
                (answer?.Granted ?? said.Granted).ShouldBe(said.Granted);
                answer = said;
                isAgain = !isAgain && _random.Next(10) == 0;
            }
            catch (DataProviderException)
            {
                await Task.Delay(20, ct);
                isAgain = true;
            }

            Repeats += isAgain ? 1 : 0;
        }

        return answer;
    }
}
