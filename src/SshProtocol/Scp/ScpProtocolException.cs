namespace Hpc.SshProtocol.Scp;

/// <summary>The transfer cannot go on. The message is for the peer and our log: it holds no path outside of the user's files.</summary>
internal sealed class ScpProtocolException(string message) : Exception(message);
