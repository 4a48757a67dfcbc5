namespace Hpc.Conformance.Tests.Ftp.Support;

/// <summary>One program that speaks FTP. Names are relative to the user's home, local ones are paths.</summary>
internal abstract class FtpClient(FtpSession session)
{
    protected FtpSession Session => session;

    public virtual Task PutAsync(string local, string remote) => throw new NotSupportedException();

    public virtual Task GetAsync(string remote, string local) => throw new NotSupportedException();

    /// <summary>Sends what is behind the end of the remote file.</summary>
    public virtual Task ContinuePutAsync(string local, string remote) => throw new NotSupportedException();

    /// <summary>Fetches what is behind the end of the local file.</summary>
    public virtual Task ContinueGetAsync(string remote, string local) => throw new NotSupportedException();

    public virtual Task AppendAsync(string local, string remote) => throw new NotSupportedException();

    public virtual Task RenameAsync(string from, string to) => throw new NotSupportedException();

    public virtual Task DeleteAsync(string remote) => throw new NotSupportedException();

    public virtual Task MakeDirectoryAsync(string remote) => throw new NotSupportedException();

    public virtual Task RemoveDirectoryAsync(string remote) => throw new NotSupportedException();

    /// <summary>What LIST says of a directory.</summary>
    public virtual Task<string> ListAsync(string remote) => throw new NotSupportedException();

    /// <summary>What MLSD says of a directory, as the client shows it.</summary>
    public virtual Task<string> ListFactsAsync(string remote) => throw new NotSupportedException();
}
