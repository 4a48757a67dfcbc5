namespace Hpc.Storage.Vfs;

/// <summary>What all users' files have in common; one object for the server.</summary>
public sealed record VfsOptions
{
    /// <summary>Where uploads are written until they are closed.</summary>
    public UploadMode UploadMode { get; init; }

    /// <summary>What becomes of requests to change attributes.</summary>
    public SetStatMode SetStatMode { get; init; }

    /// <summary>True refuses every change of every user as <see cref="StorageError.ReadOnly"/>.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether the SHA-256 of a file is computed while it is uploaded in order, and kept with it.</summary>
    public bool HashUploads { get; init; }

    /// <summary>Eight hex digits that no earlier run of a server on these files had; part of the names of temporaries, so that those of a dead server are known.</summary>
    public string Epoch { get; init; } = "00000000";

    /// <summary>The clock of events.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
