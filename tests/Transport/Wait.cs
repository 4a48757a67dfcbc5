namespace Hpc.Transport.Tests;

internal static class Wait
{
    /// <summary>Waits for what another thread is about to do; fails when it has not happened for far longer than it can take.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (int i = 0; i < 2_000; i++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(i < 20 ? 0 : 5);
        }

        condition().ShouldBeTrue(what);
    }
}
