namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>Waits for something that another thread brings about; fails when it does not come.</summary>
internal static class Eventually
{
    public static async Task Async(Func<bool> condition)
    {
        for (int i = 0; i < 1000; i++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(10);
        }

        condition().ShouldBeTrue("it did not come about in ten seconds");
    }
}
