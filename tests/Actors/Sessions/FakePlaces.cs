using System.Collections.Concurrent;
using Hpc.Actors.Sessions;

namespace Hpc.Actors.Tests.Sessions;

/// <summary>Places beyond a node that remember who has one, and what was done wrong.</summary>
internal sealed class FakePlaces : ISessionPlaces
{
    private readonly ConcurrentDictionary<string, PlaceQuestion> _held = new();
    private readonly ConcurrentQueue<string> _mistakes = new();
    private int _asked;

    public Func<PlaceQuestion, CancellationToken, ValueTask<PlaceAnswer>> Answer { get; set; } = (_, _) => new(PlaceAnswer.Taken);

    public ICollection<PlaceQuestion> Held => _held.Values;

    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Places that were given back and not held, and ids that were used twice.</summary>
    public IReadOnlyCollection<string> Mistakes => _mistakes;

    /// <summary>Answers that come at once or late, some that refuse, and some that fail.</summary>
    public static FakePlaces Unsteady()
    {
        int asked = 0;
        return new FakePlaces
        {
            Answer = async (_, ct) =>
            {
                int number = Interlocked.Increment(ref asked);
                for (int yields = number % 4; yields > 0; yields--)
                {
                    await Task.Yield();
                }

                // One answer in two is on its way when nobody waits for it any more.
                if (number % 2 == 0)
                {
                    ct.ThrowIfCancellationRequested();
                }

                return number % 31 == 7 ? throw new IOException("away, on purpose") : number % 9 == 4 ? PlaceAnswer.HostLimit : PlaceAnswer.Taken;
            },
        };
    }

    public async ValueTask<PlaceAnswer> TakeAsync(PlaceQuestion question, CancellationToken ct)
    {
        Interlocked.Increment(ref _asked);
        PlaceAnswer answer = await Answer(question, ct);
        if (answer == PlaceAnswer.Taken && !_held.TryAdd(question.SessionId, question))
        {
            _mistakes.Enqueue($"{question.SessionId} was taken twice");
        }

        return answer;
    }

    public void Release(PlaceQuestion question)
    {
        if (!_held.TryRemove(question.SessionId, out _))
        {
            _mistakes.Enqueue($"{question.SessionId} was given back and not held");
        }
    }
}
