namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>A backend that counts how often it is let go.</summary>
internal sealed class CountedDisposals : BrokenFiles, IDisposable
{
    public int Disposals { get; private set; }

    public void Dispose() => Disposals++;
}
