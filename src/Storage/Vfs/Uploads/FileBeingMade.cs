namespace Hpc.Storage.Vfs.Uploads;

/// <summary>While it lasts, a file may be in the count and not in the tree. Of none where nothing is made.</summary>
internal readonly struct FileBeingMade(MountState? state) : IDisposable
{
    public void Dispose() => state?.EndMaking();
}
