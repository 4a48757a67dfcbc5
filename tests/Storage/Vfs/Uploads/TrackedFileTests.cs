using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Uploads;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Tests.Vfs.Uploads;

public sealed class TrackedFileTests
{
    [Fact]
    public async Task Claims_of_many_threads_take_each_byte_once()
    {
        const int Threads = 4;
        const int Claims = 50_000;
        var ledger = new UsageLedger("user:u", new FakeReserver());
        ledger.Bytes.SetCeiling(long.MaxValue);
        FileShares shares = FileShares.Of([new QuotaShare(ledger, 0, 0)]);
        var file = new TrackedFile(default, 0);
        using var start = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(i => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (int n = 1; n <= Claims; n++)
                {
                    file.TryClaim((n * 10L) + i, shares).ShouldBe(TakeOutcome.Taken);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        file.ClaimedEnd.ShouldBe((Claims * 10L) + Threads - 1);
        ledger.Bytes.Value.ShouldBe(file.ClaimedEnd);
    }

    [Fact]
    public async Task Nobody_is_within_the_gate_while_it_is_closed_and_everybody_gets_in_after()
    {
        var gate = new WriteGate();
        int within = 0;
        int closed = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            for (int n = 0; n < 2000; n++)
            {
                if (i < 2)
                {
                    (n % 2 == 0 && gate.TryClose() ? true : await gate.CloseAsync(default)).ShouldBeTrue();
                    Interlocked.Increment(ref closed).ShouldBe(1);
                    Volatile.Read(ref within).ShouldBe(0);
                    Interlocked.Decrement(ref closed);
                    gate.Open();
                }
                else
                {
                    (await gate.EnterAsync(default)).ShouldBeTrue();
                    Interlocked.Increment(ref within);
                    Volatile.Read(ref closed).ShouldBe(0);
                    if (n % 64 == 0)
                    {
                        await Task.Yield();
                    }

                    Interlocked.Decrement(ref within);
                    gate.Leave();
                }
            }
        })));
        gate.TryClose().ShouldBeTrue();
    }

    [Fact]
    public async Task Waiting_for_the_gate_can_be_given_up()
    {
        var gate = new WriteGate();
        gate.TryEnter().ShouldBeTrue();
        using var given = new CancellationTokenSource();
        Task<bool> closing = gate.CloseAsync(given.Token).AsTask();
        gate.TryEnter().ShouldBeFalse();
        await given.CancelAsync();
        (await closing).ShouldBeFalse();
        gate.TryEnter().ShouldBeTrue();
        gate.Leave();
        gate.Leave();
        gate.TryClose().ShouldBeTrue();
    }
}
