using Hpc.Actors.Kernel;

namespace Hpc.Actors.Tests.FaultTests;

/// <summary>Makes handlers of one kind of message throw now and then, before or after they have done their work.</summary>
internal sealed class FaultProbe(Type kind, bool isAfter, int most) : IMessageProbe
{
    private int _seen;
    private int _thrown;
    private int _causes;

    /// <summary>Kinds of messages that a family of actors knows, but for those that only throw.</summary>
    public static IEnumerable<Type> KindsOf(Type family) =>
        family.GetNestedTypes().Where(type => type.IsSubclassOf(family) && !type.IsAbstract && type.Name != "InjectFault");

    /// <summary>Throws at every so many messages.</summary>
    public int Period { get; init; } = 7;

    /// <summary>Another kind, whose handler fails now and then so that this kind is sent at all.</summary>
    public Type? Cause { get; init; }

    /// <summary>Failures of the kind itself.</summary>
    public int Thrown => Math.Min(Volatile.Read(ref _thrown), most);

    public void BeforeHandling(string path, Message message)
    {
        if (!isAfter)
        {
            Throw(message);
        }
    }

    public void AfterHandling(string path, Message message)
    {
        if (isAfter)
        {
            Throw(message);
        }
        else if (message.GetType() == Cause)
        {
            ThrowCause();
        }
    }

    private void Throw(Message message)
    {
        if (message.GetType() == kind && Interlocked.Increment(ref _seen) % (Cause is null ? Period : 1) == 0 && Interlocked.Increment(ref _thrown) <= most)
        {
            throw new InvalidOperationException($"{kind.Name}, on purpose");
        }

        if (isAfter && message.GetType() == Cause)
        {
            ThrowCause();
        }
    }

    private void ThrowCause()
    {
        if (Interlocked.Increment(ref _causes) % 40 == 0)
        {
            throw new InvalidOperationException($"{Cause!.Name}, on purpose");
        }
    }
}
