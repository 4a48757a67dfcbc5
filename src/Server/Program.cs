using Hpc.Server.Cli;

namespace Hpc.Server;

/// <summary>The <c>hpc</c> executable.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments)
    {
        // Sockets complete on their own thread, so that a packet needs no hop; read once by the runtime, before the first socket.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        return HpcCommandLine.RunAsync(arguments, CliConsole.System());
    }
}
