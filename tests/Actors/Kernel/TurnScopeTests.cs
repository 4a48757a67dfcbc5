using Hpc.Actors.Kernel;

namespace Hpc.Actors.Tests.Kernel;

public sealed class TurnScopeTests : IAsyncDisposable
{
    private readonly ActorSystem _system = new();

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public void Turns_are_taken_on_the_thread_that_opened_the_scope_in_the_order_of_their_messages()
    {
        var order = new List<(string Who, int Thread)>();
        ActorRef<ProbeMessage> last = Spawn("last", message => order.Add((((ProbeMessage.Note)message).Text, Environment.CurrentManagedThreadId)));
        ActorRef<ProbeMessage> first = Spawn("first", message =>
        {
            order.Add((((ProbeMessage.Note)message).Text, Environment.CurrentManagedThreadId));
            last.Tell(new ProbeMessage.Note("passed on"));
        });

        using (TurnScope.Open())
        {
            first.Tell(new ProbeMessage.Note("one"));
            order.ShouldBeEmpty();
        }

        order.Select(entry => entry.Who).ShouldBe(["one", "passed on"]);
        order.ShouldAllBe(entry => entry.Thread == Environment.CurrentManagedThreadId);
    }

    [Fact]
    public async Task An_ask_here_is_answered_when_it_returns()
    {
        ActorRef<ProbeMessage> actor = Spawn("answers", Answer);

        ValueTask<string> answer = actor.AskHereAsync<string>(reply => new ProbeMessage.Ask(reply), TimeSpan.FromSeconds(20), default);

        answer.IsCompletedSuccessfully.ShouldBeTrue();
        (await answer).ShouldBe("yes");
    }

    [Fact]
    public async Task An_ask_here_whose_answer_comes_later_is_waited_for()
    {
        Reply<string>? asked = null;
        ActorRef<ProbeMessage> actor = Spawn("later", message => asked = ((ProbeMessage.Ask)message).Answer);

        ValueTask<string> answer = actor.AskHereAsync<string>(reply => new ProbeMessage.Ask(reply), TimeSpan.FromSeconds(20), default);
        answer.IsCompleted.ShouldBeFalse();
        asked!.TrySet("at last");

        (await answer).ShouldBe("at last");
    }

    [Fact]
    public async Task An_ask_here_that_was_given_up_before_is_not_told()
    {
        int told = 0;
        ActorRef<ProbeMessage> actor = Spawn("unasked", _ => told++);

        await Should.ThrowAsync<OperationCanceledException>(
            async () => await actor.AskHereAsync<string>(reply => new ProbeMessage.Ask(reply), TimeSpan.FromSeconds(20), new CancellationToken(canceled: true)));

        told.ShouldBe(0);
    }

    [Fact]
    public async Task A_failure_of_an_asked_actor_reaches_the_asker_and_not_the_thread()
    {
        ActorRef<ProbeMessage> actor = Spawn("fails", _ => throw new InvalidDataException("on purpose"));

        await Should.ThrowAsync<InvalidDataException>(
            async () => await actor.AskHereAsync<string>(reply => new ProbeMessage.Ask(reply), TimeSpan.FromSeconds(20), default));
    }

    [Fact]
    public async Task Two_actors_that_never_stop_waking_each_other_give_the_thread_back()
    {
        int turns = 0;
        int here = Environment.CurrentManagedThreadId;
        int turnsHere = 0;
        bool isScopeOpen = true;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorRef<ProbeMessage> other = default;
        ActorRef<ProbeMessage> one = Spawn("one", _ =>
        {
            turnsHere += isScopeOpen && Environment.CurrentManagedThreadId == here ? 1 : 0;
            if (Interlocked.Increment(ref turns) < 10_000)
            {
                other.Tell(new ProbeMessage.Note(""));
            }
            else
            {
                enough.TrySetResult();
            }
        });
        other = Spawn("other", _ => one.Tell(new ProbeMessage.Note("")));

        using (TurnScope.Open())
        {
            one.Tell(new ProbeMessage.Note(""));
        }

        isScopeOpen = false;
        turnsHere.ShouldBeInRange(1, 64);
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        turns.ShouldBe(10_000);
    }

    [Fact]
    public async Task Messages_from_scopes_of_many_threads_arrive_once_each_one_at_a_time()
    {
        const int Threads = 4;
        const int PerThread = 5_000;
        int running = 0;
        int overlaps = 0;
        int received = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorRef<ProbeMessage> actor = _system.Spawn(
            Props.Create<ProbeMessage>(() => new Receiver<ProbeMessage>(_ =>
            {
                overlaps += Interlocked.Increment(ref running) == 1 ? 0 : 1;
                Interlocked.Decrement(ref running);
                if (++received == Threads * PerThread)
                {
                    done.SetResult();
                }
            })) with { MailboxCapacity = int.MaxValue },
            "shared");

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < PerThread; i++)
            {
                using (TurnScope.Open())
                {
                    actor.Tell(new ProbeMessage.Number(i));
                }
            }
        })));
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        overlaps.ShouldBe(0);
        received.ShouldBe(Threads * PerThread);
    }

    private static void Answer(ProbeMessage message) => ((ProbeMessage.Ask)message).Answer.TrySet("yes");

    // In a scope, so that the actor has begun, and rests, when this returns.
    private ActorRef<ProbeMessage> Spawn(string name, Action<ProbeMessage> receive)
    {
        using (TurnScope.Open())
        {
            return _system.Spawn(Props.Create<ProbeMessage>(() => new Receiver<ProbeMessage>(receive)), name);
        }
    }
}
