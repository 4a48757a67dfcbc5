using Hpc.LoadTests.Cli;

namespace Hpc.LoadTests;

/// <summary>The <c>hpc-load</c> executable.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        // Sockets complete on their own thread, so that a packet needs no hop; read once by the runtime, before the first socket.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        return LoadCommandLine.RunAsync(arguments);
    }
}
