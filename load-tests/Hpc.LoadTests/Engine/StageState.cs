using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Engine;

/// <summary>What the sessions of a running stage share.</summary>
internal sealed class StageState : IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _cutting;
    private readonly CancellationToken _run;
    private int _opening;
    private int _gaveUp;

    public StageState(Stage stage, CancellationToken run)
    {
        Stage = stage;
        Pacer = new LoginPacer(stage.LoginsPerSecond, stage.Operations.IsLoginsOnly, TimeProvider.System);
        _run = run;
        _cutting = CancellationTokenSource.CreateLinkedTokenSource(run);
    }

    public Stage Stage { get; }

    public LoginPacer Pacer { get; }

    /// <summary>The stage is over: no further operation begins, waits end.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Operations under way are cut off.</summary>
    public CancellationToken Cutting => _cutting.Token;

    /// <summary>The run was interrupted: what is cut off then is nobody's failure.</summary>
    public bool IsInterrupted => _run.IsCancellationRequested;

    /// <summary>Sessions that are not open yet and have not given up.</summary>
    public int Opening => Volatile.Read(ref _opening);

    public int GaveUp => Volatile.Read(ref _gaveUp);

    public void BeginOpening() => Interlocked.Increment(ref _opening);

    public void EndOpening(bool isOpen)
    {
        Interlocked.Decrement(ref _opening);
        if (!isOpen)
        {
            Interlocked.Increment(ref _gaveUp);
        }
    }

    public Task EndAsync() => _ending.CancelAsync();

    public Task CutAsync() => _cutting.CancelAsync();

    public void Dispose()
    {
        _ending.Dispose();
        _cutting.Dispose();
    }
}
