using System.Net.Sockets;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Sessions;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Client;

namespace Hpc.LoadTests.Engine;

/// <summary>What an exception says about the server or the way there.</summary>
/// <param name="Kind">A short name that does not vary.</param>
/// <param name="Message">The text of this one.</param>
/// <param name="Outcome">How the operation counts.</param>
/// <param name="EndsSession">Whether the session is of no use any more.</param>
internal readonly record struct Failure(string Kind, string Message, LoadOutcome Outcome, bool EndsSession)
{
    private const int MaxDepth = 4;

    /// <summary>What was still under way when its stage had been over for the time that the scenario gives it.</summary>
    public static Failure CutOff { get; } = new("cut off", "It was still under way when the stage was over and the time to finish had passed.", LoadOutcome.TimedOut, EndsSession: false);

    /// <summary>True for what a server or network can cause; anything else is a fault of this program.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is IOException or SocketException or OperationCanceledException or TimeoutException or InvalidDataException or ObjectDisposedException;

    public static Failure Of(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => new Failure("timed out", "No answer in time.", LoadOutcome.TimedOut, EndsSession: true),
        SshLoginException => new Failure("login refused", exception.Message, LoadOutcome.Refused, EndsSession: true),
        SftpClientException { Status: SftpStatus.BadMessage or SftpStatus.ConnectionLost or SftpStatus.NoConnection } =>
            new Failure("bad answer", exception.Message, LoadOutcome.Failed, EndsSession: true),
        SftpClientException status => new Failure($"status {status.Status}", status.Message, LoadOutcome.Refused, EndsSession: false),
        WrongContentException => new Failure("wrong content", exception.Message, LoadOutcome.Failed, EndsSession: false),
        InvalidDataException => new Failure("bad answer", exception.Message, LoadOutcome.Failed, EndsSession: true),
        SocketException socket => new Failure($"socket {socket.SocketErrorCode}", socket.Message, LoadOutcome.Failed, EndsSession: true),
        _ => new Failure(Socket(exception) is { } inner ? $"socket {inner.SocketErrorCode}" : "connection lost", Text(exception), LoadOutcome.Failed, EndsSession: true),
    };

    private static SocketException? Socket(Exception exception)
    {
        Exception? inner = exception;
        for (int depth = 0; inner is not null && depth < MaxDepth; depth++, inner = inner.InnerException)
        {
            if (inner is SocketException socket)
            {
                return socket;
            }
        }

        return null;
    }

    private static string Text(Exception exception) =>
        exception.InnerException is { } inner ? $"{exception.Message} ({inner.Message})" : exception.Message;
}
