using System.Runtime.CompilerServices;

namespace Hpc.Transport.Tests;

/// <summary>The thread model of the executable, unless the environment names another. It is read once, at the first socket of the process.</summary>
internal static class InlineCompletions
{
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    [ModuleInitializer]
    internal static void Enable()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }
}
