namespace Hpc.Cluster.Tests;

/// <summary>Answers of the engine in the process, which come at once: nothing here ever waits.</summary>
internal static class AtOnce
{
    public static T Of<T>(ValueTask<T> answer) =>
        answer.IsCompleted ? answer.GetAwaiter().GetResult() : throw new InvalidOperationException("The engine did not answer at once.");

    public static void Of(ValueTask answer)
    {
        if (!answer.IsCompleted)
        {
            throw new InvalidOperationException("The engine did not answer at once.");
        }

        answer.GetAwaiter().GetResult();
    }
}
