using System.Net;
using Hpc.Server.Admin;
using Hpc.Server.Configuration;

namespace Hpc.Server.Cli;

/// <summary>Reaches the server that runs on a data directory, and turns what goes wrong into sentences.</summary>
internal static class AdminAccessPoint
{
    public static AdminClient Connect(HpcOptions options, TimeSpan? timeout = null)
    {
        AdminAccess access = AdminAccessFile.Read(options.DataDirectory)
            ?? throw new CliException($"No server with an admin port runs on {options.DataDirectory} ({AdminAccessFile.Name} is not there). Start 'hpc serve', or name its directory with --data-dir.");
        return new AdminClient(IPEndPoint.Parse(access.Address), access.Token, timeout);
    }

    public static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.Unauthorized)
        {
            throw new CliException("The server refuses the token in the data directory; another server may have taken its admin port.", e);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            throw new CliException(
                $"No server answers: {e.Message}. {AdminAccessFile.Name} is left from one that did not end in order; start 'hpc serve', which writes it anew, and try again.", e);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new CliException($"The server does not answer: {e.Message}", e);
        }
    }
}
