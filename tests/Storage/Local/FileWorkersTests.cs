using Hpc.Storage.Local;

namespace Hpc.Storage.Tests.Local;

public sealed class FileWorkersTests : IDisposable
{
    private readonly FileWorkers _workers = new(threads: 1, queueLength: 2);
    private readonly ManualResetEventSlim _hold = new();
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        _hold.Set();
        _workers.Dispose();
        _hold.Dispose();
    }

    [Fact]
    public async Task Work_is_done_on_a_worker_and_its_result_comes_back()
    {
        string? name = null;
        (await RunAsync(() => name = Thread.CurrentThread.Name)).ShouldBe(StorageResult.Success);
        name.ShouldNotBeNull().ShouldStartWith("file worker");
    }

    [Fact]
    public async Task Who_waits_does_not_resume_on_a_worker()
    {
        for (int i = 0; i < 50; i++)
        {
            await RunAsync(() => { });
            (Thread.CurrentThread.Name ?? "").ShouldNotStartWith("file worker");
        }
    }

    [Fact]
    public async Task A_full_queue_refuses()
    {
        Task<StorageResult> first = HoldWorkerAsync();
        await _running.Task;
        Task<StorageResult>[] queued = [RunAsync(() => { }), RunAsync(() => { })];
        _workers.Waiting.ShouldBe(2);
        (await RunAsync(() => { })).Error.ShouldBe(StorageError.LimitReached);
        _hold.Set();
        (await first).IsSuccess.ShouldBeTrue();
        (await Task.WhenAll(queued)).ShouldAllBe(result => result.IsSuccess);
        (await RunAsync(() => { })).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task Work_that_is_cancelled_while_it_waits_is_not_done()
    {
        Task<StorageResult> first = HoldWorkerAsync();
        await _running.Task;
        using var cancel = new CancellationTokenSource();
        bool done = false;
        Task<StorageResult> queued = RunAsync(() => done = true, cancel.Token);
        await cancel.CancelAsync();
        _hold.Set();
        (await queued).Error.ShouldBe(StorageError.Cancelled);
        await first;
        done.ShouldBeFalse();
    }

    [Fact]
    public async Task An_exception_goes_to_who_waits_and_the_worker_lives_on()
    {
        await Should.ThrowAsync<InvalidTimeZoneException>(() => RunAsync(() => throw new InvalidTimeZoneException()));
        (await RunAsync(() => { })).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task A_result_taken_twice_is_refused()
    {
        ValueTask<int> result = _workers.RunAsync(7, static n => n, static _ => -1, default);
#pragma warning disable CA2012 // The misuse is the test.
        (await result).ShouldBe(7);
        await Should.ThrowAsync<InvalidOperationException>(async () => await result);
#pragma warning restore CA2012
        (await RunAsync(() => { })).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task Stopped_workers_finish_what_waits_and_take_no_more()
    {
        Task<StorageResult> first = HoldWorkerAsync();
        await _running.Task;
        Task<StorageResult> queued = RunAsync(() => { });
        _workers.Dispose();
        (await RunAsync(() => { })).Error.ShouldBe(StorageError.Cancelled);
        _hold.Set();
        (await first).IsSuccess.ShouldBeTrue();
        (await queued).IsSuccess.ShouldBeTrue();
    }

    private Task<StorageResult> HoldWorkerAsync() => RunAsync(() =>
    {
        _running.SetResult();
        _hold.Wait();
    });

    private Task<StorageResult> RunAsync(Action action, CancellationToken ct = default) =>
        _workers.RunAsync(action, static run => { run(); return StorageResult.Success; }, static error => error, ct).AsTask();
}
