using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;

namespace Hpc.Cluster.Tests.Simulation;

// What goes wrong, and what is true at the end.
internal sealed partial class World
{
    // Once a second of the world.
    private void Stir()
    {
        foreach (SimNode node in _nodes)
        {
            if (!IsSteady)
            {
                node.ShiftSome();
            }

            node.UseSessions();
            if (!IsCalm && Chance(Options.Trouble))
            {
                node.Trouble();
            }
        }

        if (!IsCalm && IsEngineUp && Chance(Options.Outage))
        {
            FallSilent();
        }

        if (!IsCalm && Chance(Options.LimitChange))
        {
            ChangeLimit();
        }

        if (!IsCalm && Chance(0.1))
        {
            Time.WallStep += TimeSpan.FromMinutes(Random.Next(-120, 120));
        }

        if (IsEngineUp && Chance(0.5))
        {
            Publish();
        }

        After(TimeSpan.FromSeconds(1), Stir);
    }

    private void FallSilent()
    {
        _downUntil = Now + Between(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
        Note($"the engine is away until {_downUntil.TotalSeconds:0.0}");
        if (Options.ForgetsInOutage)
        {
            At(_downUntil, () =>
            {
                if (IsCalm)
                {
                    return;
                }

                Note("the engine has forgotten");
                Engine = new InProcessEngine(Time, TimeSpan.FromSeconds(10));
                foreach (SimNode node in _nodes)
                {
                    node.ForgetNotices();
                }

                Published = 0;
            });
        }
    }

    private void ChangeLimit()
    {
        string scope = $"user/u{Random.Next(Options.Scopes)}/down";
        long limit = Random.Next(1_000, 100_000_000);
        Note($"{scope} is limited to {limit}");
        Limits.Change(scope, limit);
        foreach (SimNode node in _nodes)
        {
            After(Between(TimeSpan.Zero, TimeSpan.FromSeconds(1.5)), () => node.ChangeLimit(scope, Limits.LimitOf(scope)));
        }
    }

    private void Publish()
    {
        Published++;
        AtOnce.Of(Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, $"notice-{Published}"), CancellationToken.None));
        OnStatement();
        PassHurries();
    }

    /// <summary>Each scope is wanted by some of the nodes, without end by one at least.</summary>
    private void Shift()
    {
        IsSteady = true;
        SimNode[] running = [.. _nodes.Where(static node => node.IsRunning)];
        foreach (string scope in Limits.Scopes)
        {
            foreach (SimNode node in running)
            {
                node.Want(scope, 0, 1);
            }

            foreach (SimNode node in running.OrderBy(_ => Random.Next()).Take(1 + Random.Next(Math.Min(running.Length, 6))))
            {
                node.Want(scope, long.MaxValue, Random.Next(1, 20));
            }
        }
    }

    private void CheckConverged()
    {
        if (_nodes.All(static node => !node.IsRunning))
        {
            return;
        }

        foreach (string scope in Limits.Scopes)
        {
            long useful = _nodes.Where(node => node.IsRunning && node.Wants(scope)).Sum(node => node.RateOf(scope));
            long limit = Limits.LimitOf(scope);
            if (useful < limit * 0.97)
            {
                Fail($"{scope}: {useful} of {limit} is in force two ticks after a shift");
            }
        }
    }

    private void CheckNotices()
    {
        foreach (SimNode node in _nodes.Where(static node => node.IsRunning))
        {
            // What was published in the last moments may be on its way.
            node.CheckNotices(Published - 3);
        }
    }
}
