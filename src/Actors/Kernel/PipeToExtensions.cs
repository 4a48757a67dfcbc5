namespace Hpc.Actors.Kernel;

/// <summary>
/// Brings the outcome of asynchronous work back to an actor as a message, in the place of an <c>await</c>.
/// Such results are taken above the mailbox's bound: the actor bounds them by the work that it begins.
/// A cancelled task tells nothing unless its failure is mapped; an unmapped failure is a failure of the actor and reaches its supervisor.
/// </summary>
public static class PipeToExtensions
{
    /// <summary>Tells <paramref name="target"/> what <paramref name="onResult"/> makes of the result.</summary>
    public static void PipeTo<TResult, TMessage>(
        this ValueTask<TResult> work, ActorRef<TMessage> target, Func<TResult, TMessage> onResult, Func<Exception, TMessage>? onFailure = null)
        where TMessage : Message
    {
        ArgumentNullException.ThrowIfNull(onResult);
        _ = PipeAsync(work, target.Cell, onResult, onFailure);
    }

    /// <summary>Tells <paramref name="target"/> what <paramref name="onResult"/> makes of the result.</summary>
    public static void PipeTo<TResult, TMessage>(
        this Task<TResult> work, ActorRef<TMessage> target, Func<TResult, TMessage> onResult, Func<Exception, TMessage>? onFailure = null)
        where TMessage : Message
        => new ValueTask<TResult>(work).PipeTo(target, onResult, onFailure);

    /// <summary>Tells <paramref name="target"/> what <paramref name="onDone"/> makes when the work is done.</summary>
    public static void PipeTo<TMessage>(
        this ValueTask work, ActorRef<TMessage> target, Func<TMessage> onDone, Func<Exception, TMessage>? onFailure = null)
        where TMessage : Message
        => WithResultAsync(work).PipeTo(target, _ => onDone(), onFailure);

    /// <summary>Tells <paramref name="target"/> what <paramref name="onDone"/> makes when the work is done.</summary>
    public static void PipeTo<TMessage>(
        this Task work, ActorRef<TMessage> target, Func<TMessage> onDone, Func<Exception, TMessage>? onFailure = null)
        where TMessage : Message
        => new ValueTask(work).PipeTo(target, onDone, onFailure);

    private static async ValueTask<bool> WithResultAsync(ValueTask work)
    {
        await work.ConfigureAwait(false);
        return true;
    }

    private static async Task PipeAsync<TResult, TMessage>(
        ValueTask<TResult> work, ActorCell? target, Func<TResult, TMessage> onResult, Func<Exception, TMessage>? onFailure)
        where TMessage : Message
    {
        try
        {
            TMessage message;
            try
            {
                message = onResult(await work.ConfigureAwait(false));
            }
            catch (Exception error) when (onFailure is not null)
            {
                message = onFailure(error);
            }

            target?.Tell(message, bounded: false);
        }
        catch (OperationCanceledException) when (onFailure is null)
        {
            // Whoever cancelled it knows; a Stopping token is the usual one.
        }
        catch (Exception error)
        {
            target?.Send(new SystemMessage(SystemMessageKind.Fault, error: error));
        }
    }
}
