using Hpc.Accounts.Data;
using Hpc.Server.Provision;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Provision;

public sealed class ProviderStartTests
{
    private readonly ManualTimeProvider _time = new();
    private int _tries;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_is_starting_is_waited_for()
    {
        Task opening = RunAsync(ProviderStart.Patience, () => _tries > 20 ? null : new DataProviderException("starts") { IsUnreachable = true });
        await AdvanceAsync(opening, TimeSpan.FromSeconds(30));
        await opening;
        _tries.ShouldBe(21);
    }

    [Fact]
    public async Task A_database_that_does_not_come_is_given_up()
    {
        Task opening = RunAsync(ProviderStart.Patience, () => new DataProviderException("away") { IsUnreachable = true });
        await AdvanceAsync(opening, TimeSpan.FromSeconds(59));
        opening.IsCompleted.ShouldBeFalse();
        await AdvanceAsync(opening, TimeSpan.FromSeconds(2));
        (await Should.ThrowAsync<DataProviderException>(opening)).Message.ShouldBe("away");
    }

    [Fact]
    public async Task What_waiting_does_not_mend_and_commands_fail_at_once()
    {
        await Should.ThrowAsync<DataProviderException>(RunAsync(ProviderStart.Patience, () => new DataProviderException("wrong password")));
        await Should.ThrowAsync<DataProviderException>(RunAsync(TimeSpan.Zero, () => new DataProviderException("away") { IsUnreachable = true }));
        _tries.ShouldBe(2);
    }

    private Task RunAsync(TimeSpan patience, Func<DataProviderException?> next) =>
        new ProviderStart(_time, NullLogger<ProviderStart>.Instance).RunAsync(
            _ =>
            {
                _tries++;
                return next() is { } error ? ValueTask.FromException(error) : ValueTask.CompletedTask;
            },
            patience,
            Ct);

    // What a timer sets off goes on in its own time: the next second begins when the next wait has.
    private async Task AdvanceAsync(Task opening, TimeSpan time)
    {
        for (int i = 0; i < (int)time.TotalSeconds; i++)
        {
            while (!opening.IsCompleted && _time.PendingTimers == 0)
            {
                await Task.Yield();
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        while (!opening.IsCompleted && _time.PendingTimers == 0)
        {
            await Task.Yield();
        }
    }
}
