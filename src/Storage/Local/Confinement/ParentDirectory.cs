using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local.Confinement;

/// <summary>A directory descriptor for the length of one operation.</summary>
internal readonly ref struct ParentDirectory
{
    private readonly bool _owned;

    private ParentDirectory(int descriptor, bool owned)
    {
        Descriptor = descriptor;
        _owned = owned;
    }

    public int Descriptor { get; }

    public static ParentDirectory Borrowed(int descriptor) => new(descriptor, owned: false);

    public static ParentDirectory Owned(int descriptor) => new(descriptor, owned: true);

    public void Dispose()
    {
        if (_owned)
        {
            _ = NativeMethods.Close(Descriptor);
        }
    }
}
