using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;

namespace Hpc.Cluster.Tests.Simulation;

// Calls, which may be lost on either way, come late, or happen twice.
internal sealed partial class SimNode
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMilliseconds(600);

    // Ten hurried ticks, and what a few joins and first ticks add.
    private const int MaxCallsPerSecond = 16;

    private readonly Queue<TimeSpan> _sent = new();

    private void Step()
    {
        if (!IsRunning)
        {
            return;
        }

        NodeProtocol protocol = _protocol!;
        if (protocol.Begin(Local) is { } call)
        {
            Send(protocol, call);
        }

        WaitForHurry(protocol.Epoch);
        Wake(protocol.NextEvent);
    }

    private void Wake(TimeSpan at)
    {
        if (at == TimeSpan.MaxValue)
        {
            return;
        }

        long version = ++_wakeVersion;
        TimeSpan world = ((at - _offset) / _drift) + TimeSpan.FromMicroseconds(1);
        _world.At(world, () =>
        {
            if (version == _wakeVersion)
            {
                Step();
            }
        });
    }

    private void WaitForHurry(NodeEpoch? epoch)
    {
        if (epoch != _hurryEpoch || _hurry is null)
        {
            _hurryEpoch = epoch;
            _hurry = epoch is { } known ? _world.Engine.WaitForHurryAsync(known, CancellationToken.None).AsTask() : null;
        }
    }

    private void Send(NodeProtocol protocol, ClusterCall call)
    {
        _sent.Enqueue(_world.Now);
        while (_world.Now - _sent.Peek() > TimeSpan.FromSeconds(1))
        {
            _sent.Dequeue();
        }

        if (_sent.Count > MaxCallsPerSecond)
        {
            _world.Fail($"{Name} sent {_sent.Count} statements within a second");
        }

        if (call.Join is { } join)
        {
            Call(
                engine => AtOnce.Of(engine.JoinAsync(join, CancellationToken.None)),
                reply =>
                {
                    protocol.Answered(call, reply, Local);
                    CheckSessions();
                },
                () => protocol.Failed(call, Local));
        }
        else
        {
            Call(engine => AtOnce.Of(engine.TickAsync(call.Tick!, CancellationToken.None)), reply => protocol.Answered(call, reply, Local), () => protocol.Failed(call, Local));
        }
    }

    private void Call(Action<InProcessEngine> statement) => Call(
        engine =>
        {
            statement(engine);
            return 0;
        },
        static _ => { },
        static () => { });

    private void Call<T>(Func<InProcessEngine, T> statement, Action<T> onAnswer, Action onFailure)
    {
        bool isOver = false;
        int process = _process;
        void Finish(Action action) => Deliver(process, () =>
        {
            if (!isOver)
            {
                isOver = true;
                action();
                Step();
            }
        });

        _world.After(CallTimeout, () => Finish(onFailure));
        if (IsCutOff || Lost())
        {
            return;
        }

        _world.After(Delay(), Arrive);

        void Arrive()
        {
            if (_world.IsEngineUp)
            {
                Execute(isFirst: true);
            }
            else if (_world.Chance(0.5))
            {
                // It waits in the engine's socket, and happens when the engine goes on.
                _world.At(_world.DownUntil + _world.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(50)), () => Execute(isFirst: true));
            }
            else
            {
                Finish(onFailure);
            }
        }

        void Execute(bool isFirst)
        {
            _world.OnStatement();
            T answer;
            try
            {
                answer = statement(_world.Engine);
            }
            catch (ClusterSequenceException) when (!isFirst || isOver)
            {
                // Late, and of no consequence.
                return;
            }
            finally
            {
                _world.PassHurries();
            }

            if (isFirst && !_world.IsCalm && _world.Chance(_world.Options.Echo))
            {
                _world.After(_world.Between(TimeSpan.Zero, TimeSpan.FromSeconds(10)), () =>
                {
                    if (_world.IsEngineUp)
                    {
                        Execute(isFirst: false);
                    }
                });
            }

            if (isFirst && !IsCutOff && !Lost())
            {
                _world.After(Delay(), () => Finish(() => onAnswer(answer)));
            }
        }
    }

    // What comes to a process that is paused is there when it goes on; what comes for one that is gone is nothing.
    private void Deliver(int process, Action action)
    {
        if (process != _process)
        {
            return;
        }

        if (_isPaused)
        {
            _inbox.Add(action);
        }
        else if (IsRunning)
        {
            action();
        }
    }

    private bool Lost() => !_world.IsCalm && _world.Chance(_world.Options.Loss);

    private TimeSpan Delay()
    {
        TimeSpan most = _world.IsCalm ? TimeSpan.FromMilliseconds(5) : _world.Chance(0.02) && _world.Options.Loss > 0 ? TimeSpan.FromSeconds(1.2) : _world.Options.MaxDelay;
        return _world.Between(TimeSpan.FromMilliseconds(0.2), most);
    }
}
