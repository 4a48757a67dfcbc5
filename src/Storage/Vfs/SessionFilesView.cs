namespace Hpc.Storage.Vfs;

/// <summary>Another view of a session's files, such as that for another protocol: made anew from those of now when they were exchanged.</summary>
internal sealed class SessionFilesView(SessionFiles owner, Func<UserFileSystem, IFileSystem> view) : ExchangedFiles
{
    private Made? _made;

    public override FileSystemCapabilities Capabilities => owner.Capabilities;

    public override long? UploadRate => owner.UploadRate;

    public override IFileSystem Tentative => field ??= new SessionFilesView(owner, files => view(files).Tentative);

    private protected override Turn Enter()
    {
        while (true)
        {
            UserFileSystem files = owner.Now;
            if (!files.TryEnter())
            {
                continue;
            }

            Made? made = Volatile.Read(ref _made);
            if (made is null || !ReferenceEquals(made.Of, files))
            {
                made = new Made(files, (UserFileSystem)view(files));
                Volatile.Write(ref _made, made);
            }

            return new Turn(made.View, files);
        }
    }

    private sealed record Made(UserFileSystem Of, UserFileSystem View);
}
