//! Tells tauri-build where the window's permissions are, and Cargo what to watch.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    // A file added to the built interface has to reach the binary too.
    println!("cargo:rerun-if-changed=ui/dist");
    let manifest =
        tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*");
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
